import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { Keyring } from '../../../platform/crypto/keyring';
import { DatabaseModule } from '../../../platform/database/database.module';
import { SOCKET_AUTHENTICATOR } from '../../../platform/realtime/socket-authenticator';
import { SettingsModule } from '../../../platform/settings/settings.module';
import { GroupsModule } from '../../groups/groups.module';
import { UsersModule } from '../../users/users.module';
import { AuthSettings, SessionSettings, SignInModeSettings } from '../auth.settings';
import { JwtStrategy } from './jwt.strategy';
import { RevokedToken } from './revoked-token.entity';
import { SessionResponseService } from './session-response.service';
import { SessionSocketAuthenticator } from './session-socket.authenticator';
import { SessionNotifier } from './session.notifier';
import { SessionRepository } from './session.repository';
import { SessionService } from './session.service';
import { TokenService } from './token.service';

const jwt = JwtModule.registerAsync({
  inject: [Keyring],
  useFactory: ({ session }: Keyring) => ({
    secret: session,
    signOptions: { algorithm: 'HS256', noTimestamp: true },
    verifyOptions: { algorithms: ['HS256'] },
  }),
});

const settings = SettingsModule.forFeature([AuthSettings, SessionSettings, SignInModeSettings]);

/** Session tokens: issued, verified and revoked, on HTTP and on sockets. */
@Module({
  imports: [DatabaseModule.forFeature({ entities: [RevokedToken] }), settings, jwt, UsersModule, GroupsModule],
  providers: [
    JwtStrategy,
    SessionNotifier,
    SessionRepository,
    SessionResponseService,
    SessionService,
    SessionSocketAuthenticator,
    TokenService,
    { provide: SOCKET_AUTHENTICATOR, useExisting: SessionSocketAuthenticator },
  ],
  exports: [
    JwtStrategy,
    SessionRepository,
    SessionResponseService,
    SessionService,
    SOCKET_AUTHENTICATOR,
    TokenService,
    settings,
  ],
})
export class SessionsModule {}
