import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../../platform/database/database.module';
import { SettingsModule } from '../../../platform/settings/settings.module';
import { UsersModule } from '../../users/users.module';
import { PasswordSettings } from '../auth.settings';
import { SessionsModule } from '../sessions/sessions.module';
import { AttemptsService } from './attempts.service';
import { Credential } from './credential.entity';
import { CredentialRepository } from './credential.repository';
import { KnownAddress } from './known-address.entity';
import { KnownAddressRepository } from './known-address.repository';
import { PasswordChangeService } from './password-change.service';
import { PasswordHasherService } from './password-hasher.service';
import { PasswordService } from './password.service';

/** Local passwords, and limits on guessing them. */
@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [Credential, KnownAddress] }),
    SettingsModule.forFeature([PasswordSettings]),
    SessionsModule,
    UsersModule,
  ],
  providers: [
    AttemptsService,
    CredentialRepository,
    KnownAddressRepository,
    PasswordChangeService,
    PasswordHasherService,
    PasswordService,
  ],
  exports: [
    AttemptsService,
    CredentialRepository,
    KnownAddressRepository,
    PasswordChangeService,
    PasswordHasherService,
    PasswordService,
  ],
})
export class PasswordsModule {}
