import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Keyring } from '../../platform/crypto/keyring';
import { SOCKET_AUTHENTICATOR } from '../../platform/realtime/socket-authenticator';
import { SettingsModule } from '../../platform/settings/settings.module';
import { GroupsModule } from '../groups/groups.module';
import { UsersModule } from '../users/users.module';
import { AccountsController } from './accounts.controller';
import { AccountsService } from './accounts.service';
import { AdminConfigController } from './admin-config.controller';
import { AdminConfigService } from './admin-config.service';
import { ApiKey } from './api-key.entity';
import { ApiKeyRepository } from './api-key.repository';
import { ApiKeyStrategy, BearerApiKeyStrategy } from './api-key.strategy';
import { ApiKeysController } from './api-keys.controller';
import { ApiKeysService } from './api-keys.service';
import { AttemptsService } from './attempts.service';
import { AuthController } from './auth.controller';
import { AuthSettings } from './auth.settings';
import { BuiltInAccountService } from './built-in-account.service';
import { Credential } from './credential.entity';
import { CredentialRepository } from './credential.repository';
import { ExternalAccountsService } from './external-accounts.service';
import { ExternalIdentityRepository } from './external-identity.repository';
import { FirstAccountService } from './first-account.service';
import { ForgetExpiredJob } from './forget-expired.job';
import { InterfaceSettings } from './interface.settings';
import { JwtStrategy } from './jwt.strategy';
import { KnownAddress } from './known-address.entity';
import { KnownAddressRepository } from './known-address.repository';
import { KnownCallerService } from './known-caller.service';
import { LdapSettings } from './ldap/ldap.settings';
import { OAuthClientsSettings } from './oauth/oauth-clients.settings';
import { OAuthSettings } from './oauth/oauth.settings';
import { ApiKeyGuard, BearerApiKeyGuard, JwtGuard } from './passport.guards';
import { NamedKeysController } from './named-keys.controller';
import { NamedKeysService } from './named-keys.service';
import { NewcomersService } from './newcomers.service';
import { PasswordChangeService } from './password-change.service';
import { PasswordHasher } from './password-hasher.service';
import { PasswordService } from './password.service';
import { PasswordSettings } from './password.settings';
import { ProfileService } from './profile.service';
import { RevokedToken } from './revoked-token.entity';
import { SessionAnswersService } from './session-answers.service';
import { SessionNotifier } from './session.notifier';
import { SessionRepository } from './session.repository';
import { SessionService } from './session.service';
import { SessionSettings } from './session.settings';
import { SessionSocketAuthenticator } from './session-socket.authenticator';
import { SessionStartService } from './session-start.service';
import { SignInModeSettings } from './sign-in-mode.settings';
import { SignInOptionsService } from './sign-in-options.service';
import { SignInService } from './sign-in.service';
import { SignUpService } from './sign-up.service';
import { TokenService } from './token.service';
import { TrustedHeaderService } from './trusted-header.service';

const tokens = JwtModule.registerAsync({
  inject: [Keyring],
  useFactory: ({ session }: Keyring) => ({
    secret: session,
    signOptions: { algorithm: 'HS256', noTimestamp: true },
    verifyOptions: { algorithms: ['HS256'] },
  }),
});

const settings = SettingsModule.forFeature([
  AuthSettings,
  InterfaceSettings,
  LdapSettings,
  OAuthClientsSettings,
  OAuthSettings,
  PasswordSettings,
  SessionSettings,
  SignInModeSettings,
]);

@Module({
  imports: [
    TypeOrmModule.forFeature([Credential, RevokedToken, ApiKey, KnownAddress]),
    settings,
    tokens,
    UsersModule,
    GroupsModule,
  ],
  controllers: [AuthController, ApiKeysController, NamedKeysController, AdminConfigController, AccountsController],
  providers: [
    AccountsService,
    AdminConfigService,
    ApiKeyGuard,
    ApiKeyRepository,
    ApiKeyStrategy,
    ApiKeysService,
    AttemptsService,
    BearerApiKeyGuard,
    BearerApiKeyStrategy,
    BuiltInAccountService,
    CredentialRepository,
    ExternalAccountsService,
    ExternalIdentityRepository,
    FirstAccountService,
    ForgetExpiredJob,
    JwtGuard,
    JwtStrategy,
    KnownAddressRepository,
    KnownCallerService,
    NamedKeysService,
    NewcomersService,
    PasswordChangeService,
    PasswordHasher,
    PasswordService,
    ProfileService,
    SessionNotifier,
    SessionRepository,
    SessionAnswersService,
    SessionService,
    SessionSocketAuthenticator,
    SessionStartService,
    SignInOptionsService,
    SignInService,
    SignUpService,
    TokenService,
    TrustedHeaderService,
    { provide: SOCKET_AUTHENTICATOR, useExisting: SessionSocketAuthenticator },
  ],
  exports: [
    AccountsService,
    ApiKeyGuard,
    ApiKeysService,
    AttemptsService,
    BearerApiKeyGuard,
    ExternalAccountsService,
    GroupsModule,
    JwtGuard,
    KnownCallerService,
    PasswordService,
    SessionAnswersService,
    SessionService,
    SessionStartService,
    SignInOptionsService,
    SOCKET_AUTHENTICATOR,
    TokenService,
    UsersModule,
    settings,
  ],
})
export class AuthModule {}
