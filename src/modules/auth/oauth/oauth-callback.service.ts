import { Injectable, Logger } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import type { CookieOptions } from '../session-cookie';
import { TokenService } from '../token.service';
import { subjectOf, type Claims } from './claims';
import { missingClaims } from './missing-claims';
import { OAuthAccountsService } from './oauth-accounts.service';
import { OAuthClientService, type OAuthTokens } from './oauth-client.service';
import { signInCookies } from './oauth-cookies';
import type { OAuthFlow } from './oauth-flow';
import type { OAuthProvider } from './oauth-providers';
import { OAuthSessionsService } from './oauth-sessions.service';
import { OAuthSettings } from './oauth.settings';

/** What happens when a browser comes back from a provider. */
@Injectable()
export class OAuthCallbackService {
  private readonly logger = new Logger(OAuthCallbackService.name);

  constructor(
    private readonly client: OAuthClientService,
    private readonly accounts: OAuthAccountsService,
    private readonly oauthSessions: OAuthSessionsService,
    private readonly tokens: TokenService,
    private readonly settings: OAuthSettings,
  ) {}

  /** @returns the cookies of the session. @throws AppError with a text for the login page. */
  async signIn(provider: OAuthProvider, flow: OAuthFlow, query: string, options: CookieOptions): Promise<string[]> {
    const { tokens, claims } = await this.exchange(provider, flow, query);
    const user = await this.accounts.accountOf(provider, claims, tokens.accessToken);
    const sessionId = await this.store(user.id, provider, tokens);
    const { token } = this.tokens.issue(user);
    const idToken = this.settings.enable_id_token_cookie ? tokens.idToken : undefined;
    return signInCookies({ token, idToken, sessionId }, options);
  }

  private async exchange(
    provider: OAuthProvider,
    flow: OAuthFlow,
    query: string,
  ): Promise<{ tokens: OAuthTokens; claims: Claims }> {
    try {
      const { tokens, claims } = await this.client.finish(provider, flow, query);
      if (!missingClaims(claims, this.settings)) return { tokens, claims };
      const subject = subjectOf(claims, 'sub');
      const userInfo = await this.client.userInfo(provider, tokens.accessToken, subject);
      return { tokens, claims: { ...claims, ...userInfo } };
    } catch (error) {
      this.logger.warn(`Sign-in at ${provider.key} failed: ${describe(error)}`);
      throw new BadRequestError(Detail.invalidCredentials);
    }
  }

  /** Without it people are signed in, but nothing can be called in their name. */
  private async store(userId: string, { key }: OAuthProvider, tokens: OAuthTokens): Promise<string | null> {
    try {
      return await this.oauthSessions.store(userId, key, tokens);
    } catch (error) {
      this.logger.error({ err: error }, `Tokens of ${key} not stored`);
      return null;
    }
  }
}

/** The text and code of an error, and never the answer that it may hold: tokens could be in it. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.message} (${code})` : error.message;
}
