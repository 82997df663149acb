import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { SettingsModule } from '../../platform/settings/settings.module';
import { GroupsModule } from '../groups/groups.module';
import { UsersModule } from '../users/users.module';
import { AccountsController } from './accounts/accounts.controller';
import { AccountsService } from './accounts/accounts.service';
import { BuiltInAccountService } from './accounts/built-in-account.service';
import { ExternalAccountsService } from './accounts/external-accounts.service';
import { ExternalIdentityRepository } from './accounts/external-identity.repository';
import { RegistrationService } from './accounts/registration.service';
import { SignUpService } from './accounts/sign-up.service';
import { ApiKey } from './api-keys/api-key.entity';
import { ApiKeyRepository } from './api-keys/api-key.repository';
import { ApiKeyStrategy } from './api-keys/api-key.strategy';
import { DefaultKeyController, NamedKeysController } from './api-keys/api-keys.controller';
import { ApiKeysService } from './api-keys/api-keys.service';
import { NamedKeysService } from './api-keys/named-keys.service';
import { AuthCleanupJob } from './auth-cleanup.job';
import { AuthController } from './auth.controller';
import { CredentialCheckService } from './guards/credential-check.service';
import { ApiKeyGuard, JwtGuard } from './guards/passport.guards';
import { LdapSettings } from './ldap/ldap.settings';
import { Auth1764000050000 } from './migrations/1764000050000-auth';
import { SettingsSpelling1764020300000 } from './migrations/1764020300000-settings-spelling';
import { NamedApiKeys1764000300000 } from './migrations/1764000300000-named-api-keys';
import { OAuthClientsSettings } from './oauth/oauth-clients.settings';
import { OAuthSettings } from './oauth/oauth.settings';
import { PasswordsModule } from './passwords/passwords.module';
import { PublicUrlSettings } from './public-url.settings';
import { ProfileService } from './profile.service';
import { SessionsModule } from './sessions/sessions.module';
import { SignInOptionsService } from './sign-in-options.service';
import { SignInService } from './sign-in.service';
import { TrustedHeaderService } from './trusted-header/trusted-header.service';

const settings = SettingsModule.forFeature([LdapSettings, OAuthClientsSettings, OAuthSettings, PublicUrlSettings]);

@Module({
  imports: [
    DatabaseModule.forFeature({
      entities: [ApiKey],
      migrations: [Auth1764000050000, NamedApiKeys1764000300000, SettingsSpelling1764020300000],
    }),
    settings,
    SessionsModule,
    PasswordsModule,
    UsersModule,
    GroupsModule,
  ],
  controllers: [AuthController, DefaultKeyController, NamedKeysController, AccountsController],
  providers: [
    AccountsService,
    ApiKeyGuard,
    ApiKeyRepository,
    ApiKeysService,
    ApiKeyStrategy,
    AuthCleanupJob,
    BuiltInAccountService,
    ExternalAccountsService,
    ExternalIdentityRepository,
    JwtGuard,
    CredentialCheckService,
    NamedKeysService,
    ProfileService,
    RegistrationService,
    SignInOptionsService,
    SignInService,
    SignUpService,
    TrustedHeaderService,
  ],
  exports: [
    AccountsService,
    ApiKeyGuard,
    ApiKeysService,
    ExternalAccountsService,
    GroupsModule,
    JwtGuard,
    CredentialCheckService,
    PasswordsModule,
    SessionsModule,
    SignInOptionsService,
    UsersModule,
    settings,
  ],
})
export class AuthModule {}
