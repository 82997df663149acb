import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../../platform/database/database.module';
import { AuthModule } from '../auth.module';
import { OAuthSessions1764010100000 } from '../migrations/1764010100000-oauth-sessions';
import { PictureService } from './claims/picture.service';
import { OAuthCallbackService } from './flow/oauth-callback.service';
import { OAuthSignInService } from './flow/oauth-sign-in.service';
import { SignOutService } from './flow/sign-out.service';
import { OAuthAccountsService } from './oauth-accounts.service';
import { OAuthClientService } from './oauth-client.service';
import { OAuthController, OAuthSessionsController } from './oauth.controller';
import { OAuthSession } from './tokens/oauth-session.entity';
import { OAuthSessionRepository } from './tokens/oauth-session.repository';
import { OAuthSessionsService } from './tokens/oauth-sessions.service';
import { TokenExchangeService } from './tokens/token-exchange.service';
import { TokenVerifierService } from './tokens/token-verifier.service';

@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [OAuthSession], migrations: [OAuthSessions1764010100000] }),
    AuthModule,
  ],
  controllers: [OAuthController, OAuthSessionsController],
  providers: [
    OAuthAccountsService,
    OAuthCallbackService,
    OAuthClientService,
    OAuthSessionRepository,
    OAuthSessionsService,
    OAuthSignInService,
    PictureService,
    SignOutService,
    TokenExchangeService,
    TokenVerifierService,
  ],
  exports: [OAuthSessionsService],
})
export class OAuthModule {}
