import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth.module';
import { OAuthAccountsService } from './oauth-accounts.service';
import { OAuthCallbackService } from './oauth-callback.service';
import { OAuthClientService } from './oauth-client.service';
import { OAuthSession } from './oauth-session.entity';
import { OAuthSessionRepository } from './oauth-session.repository';
import { OAuthSessionsService } from './oauth-sessions.service';
import { OAuthSignInService } from './oauth-sign-in.service';
import { OAuthController, OAuthSessionsController } from './oauth.controller';
import { PictureService } from './picture.service';
import { SignOutService } from './sign-out.service';
import { TokenExchangeService } from './token-exchange.service';
import { TokenVerifierService } from './token-verifier.service';

@Module({
  imports: [TypeOrmModule.forFeature([OAuthSession]), AuthModule],
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
