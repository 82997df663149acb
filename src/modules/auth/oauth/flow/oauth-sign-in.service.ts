import { Injectable, Logger } from '@nestjs/common';
import { AppError, BadRequestError } from '../../../../common/errors/app-error';
import { errorDetail } from '../../../../common/errors/details';
import { cookiesOf } from '../../../../common/http/cookies';
import { nowSeconds } from '../../../../common/util/time';
import { Keyring } from '../../../../platform/crypto/keyring';
import { SessionSettings } from '../../auth.settings';
import type { RequestOrigin } from '../../guards/request-origin';
import { PublicUrlSettings } from '../../public-url.settings';
import type { CookieOptions } from '../../sessions/session-cookie';
import { OAuthClientService } from '../oauth-client.service';
import { OAuthCallbackService } from './oauth-callback.service';
import { FLOW_COOKIE, flowCookie, flowDeletion, flowOf, parseFlows, withFlow, type OAuthFlow } from './oauth-flow';
import type { RedirectResponse } from './redirect-cookies.interceptor';
import { AuthDetail } from '../../auth.errors';

const FAILED = errorDetail('Error during OAuth process');

/** Redirects of a browser to an identity provider and back. */
@Injectable()
export class OAuthSignInService {
  private readonly logger = new Logger(OAuthSignInService.name);

  constructor(
    private readonly client: OAuthClientService,
    private readonly callback: OAuthCallbackService,
    private readonly keyring: Keyring,
    private readonly cookies: SessionSettings,
    private readonly publicUrl: PublicUrlSettings,
  ) {}

  /** @throws NotFoundError for a provider that is not configured. */
  async begin(key: string, origin: RequestOrigin): Promise<RedirectResponse> {
    const provider = this.client.provider(key);
    const redirectUri = provider.redirectUri || `${this.baseOf(origin)}/oauth/${key}/callback`;
    try {
      const { url, flow } = await this.client.begin(provider, redirectUri);
      const flows = JSON.stringify(withFlow(this.flowsOf(origin), flow));
      return { url, statusCode: 302, cookies: [flowCookie(this.keyring.seal(flows), this.cookieOptions(origin))] };
    } catch (error) {
      return this.toLogin(origin, error, []);
    }
  }

  /** Failures redirect to the login page, which shows the reason. @throws NotFoundError for an unknown provider. */
  async finish(key: string, origin: RequestOrigin): Promise<RedirectResponse> {
    const provider = this.client.provider(key);
    const state = origin.url.searchParams.get('state') ?? '';
    const flow = flowOf(this.flowsOf(origin), { provider: key, state, now: nowSeconds() });
    const options = this.cookieOptions(origin);
    const cookies = flow ? [flowDeletion(options)] : [];
    try {
      if (!flow) throw new BadRequestError(AuthDetail.invalidCredentials);
      const signedIn = await this.callback.signIn(provider, flow, origin, options);
      return { url: `${this.baseOf(origin)}/auth`, statusCode: 307, cookies: [...cookies, ...signedIn] };
    } catch (error) {
      return this.toLogin(origin, error, cookies);
    }
  }

  private toLogin(origin: RequestOrigin, error: unknown, cookies: string[]): RedirectResponse {
    if (!(error instanceof AppError)) this.logger.error({ err: error }, 'Unhandled error in OAuth sign-in');
    const message = error instanceof AppError && typeof error.detail === 'string' ? error.detail : FAILED;
    return { url: `${this.baseOf(origin)}/auth?error=${encodeURIComponent(message)}`, statusCode: 307, cookies };
  }

  private baseOf({ url }: RequestOrigin): string {
    return (this.publicUrl.url.trim() || url.origin).replace(/(?<!\/)\/+$/, '');
  }

  private flowsOf({ headers }: RequestOrigin): OAuthFlow[] {
    try {
      return parseFlows(this.keyring.unseal(cookiesOf(headers.cookie)[FLOW_COOKIE] ?? ''));
    } catch {
      return [];
    }
  }

  private cookieOptions({ url }: RequestOrigin): CookieOptions {
    const { cookie_same_site: sameSite, cookie_secure: isSecure } = this.cookies;
    return { sameSite, isSecure: isSecure || url.protocol === 'https:' };
  }
}
