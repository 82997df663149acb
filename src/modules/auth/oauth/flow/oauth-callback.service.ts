import { Injectable, Logger } from '@nestjs/common';
import { BadRequestError } from '../../../../common/errors/app-error';
import type { RequestOrigin } from '../../guards/request-origin';
import type { CookieOptions } from '../../sessions/session-cookie';
import { SessionService } from '../../sessions/session.service';
import { subjectOf, type Claims, type UserClaims } from '../claims/claims';
import { userInfoNeed } from '../claims/oauth-identity';
import { OAuthAccountsService } from '../oauth-accounts.service';
import { OAuthClientService, type OAuthTokens } from '../oauth-client.service';
import type { OAuthProvider } from '../oauth-providers';
import { OAuthSettings } from '../oauth.settings';
import { OAuthSessionsService } from '../tokens/oauth-sessions.service';
import { signInCookies, type OAuthFlow } from './oauth-flow';
import { AuthDetail } from '../../auth.errors';

/** Completes a sign-in when the browser returns from a provider. */
@Injectable()
export class OAuthCallbackService {
  private readonly logger = new Logger(OAuthCallbackService.name);

  constructor(
    private readonly client: OAuthClientService,
    private readonly accounts: OAuthAccountsService,
    private readonly oauthSessions: OAuthSessionsService,
    private readonly sessions: SessionService,
    private readonly settings: OAuthSettings,
  ) {}

  /** @returns the `Set-Cookie` values of the session. @throws AppError whose detail the login page shows. */
  async signIn(
    provider: OAuthProvider,
    flow: OAuthFlow,
    { headers, url }: RequestOrigin,
    options: CookieOptions,
  ): Promise<string[]> {
    const { tokens, ...claims } = await this.exchange(provider, flow, url.search);
    const user = await this.accounts.accountOf(provider, claims, tokens.accessToken);
    const sessionId = await this.store(user.id, provider, tokens);
    const { token } = await this.sessions.start(user, headers);
    const idToken = this.settings.enable_id_token_cookie ? tokens.idToken : undefined;
    return signInCookies({ token, idToken, sessionId }, options);
  }

  private async exchange(
    provider: OAuthProvider,
    flow: OAuthFlow,
    query: string,
  ): Promise<UserClaims & { tokens: OAuthTokens }> {
    try {
      const { tokens, claims } = await this.client.finish(provider, flow, query);
      return { tokens, ...(await this.complete(provider, claims, tokens.accessToken)) };
    } catch (error) {
      this.logger.warn(`Sign-in at ${provider.key} failed: ${describe(error)}`);
      throw new BadRequestError(AuthDetail.invalidCredentials);
    }
  }

  /** Adds the user info where the ID token lacks claims. A failure matters only if a required claim is missing. */
  private async complete(provider: OAuthProvider, claims: Claims, accessToken: string): Promise<UserClaims> {
    const need = userInfoNeed(claims, provider, this.settings);
    if (need === 'none') return { claims, isComplete: false };
    try {
      const userInfo = await this.client.userInfo(provider, accessToken, subjectOf(claims, 'sub'));
      return { claims: { ...claims, ...userInfo }, isComplete: true };
    } catch (error) {
      if (need === 'required') throw error;
      this.logger.warn(`Cannot read the user info of ${provider.key}: ${describe(error)}`);
      return { claims, isComplete: false };
    }
  }

  /** A failure does not fail the sign-in, but the user's provider token cannot be used then. */
  private async store(userId: string, { key }: OAuthProvider, tokens: OAuthTokens): Promise<string | null> {
    try {
      return await this.oauthSessions.store(userId, key, tokens);
    } catch (error) {
      this.logger.error({ err: error }, `Cannot store the tokens of ${key}`);
      return null;
    }
  }
}

/** Message and code only: the response that an error may hold could contain tokens. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.message} (${code})` : error.message;
}
