import { Injectable, Logger } from '@nestjs/common';
import type * as jose from 'jose';
import { HttpClient } from '../../../../platform/http-client/http-client';
import { subjectOf, type Claims, type UserClaims } from '../claims/claims';
import { OAuthClientService } from '../oauth-client.service';
import type { OAuthProvider } from '../oauth-providers';
import { providerFetch, type FetchOptions } from '../provider-fetch';

/** Asymmetric algorithms only: the client secret must not be able to sign tokens. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Verifies that a token was issued by the provider to this installation. */
@Injectable()
export class TokenVerifierService {
  private readonly logger = new Logger(TokenVerifierService.name);
  private readonly keys = new Map<string, jose.JWTVerifyGetKey>();

  constructor(
    private readonly client: OAuthClientService,
    private readonly http: HttpClient,
  ) {}

  /**
   * Claims of the token; null for an invalid one, and for one that was issued to another client, whose operator could
   * otherwise sign in here as its users.
   */
  async claimsOf(provider: OAuthProvider, token: string): Promise<UserClaims | null> {
    const ways = [
      { verify: () => this.bySignature(provider, token), isComplete: false },
      { verify: () => this.byProvider(provider, token), isComplete: true },
    ];
    for (const { verify, isComplete } of ways) {
      try {
        const claims = await verify();
        if (claims) return { claims, isComplete };
      } catch (error) {
        this.logger.warn(
          `Token for ${provider.key} refused: ${error instanceof Error ? error.message : 'unknown error'}`,
        );
      }
    }
    return null;
  }

  private async bySignature(provider: OAuthProvider, token: string): Promise<Claims | null> {
    const issuer = token.split('.').length === 3 ? await this.client.issuerOf(provider) : undefined;
    if (!issuer) return null;
    const options = { audience: provider.clientId, algorithms: ALGORITHMS, clockTolerance: 5 };
    const required = { requiredClaims: ['iss', 'sub', 'exp'] };
    // Loaded on first use: most installations have no provider.
    const library = await import('jose');
    const { payload } = await library.jwtVerify(token, this.keySet(library, issuer.keys), { ...options, ...required });
    if (payload.iss !== issuer.issuer.replace('{tenantid}', String(payload.tid))) return null;
    return payload.azp === undefined || payload.azp === provider.clientId ? { ...payload } : null;
  }

  private async byProvider(provider: OAuthProvider, token: string): Promise<Claims | null> {
    const known = await this.client.introspect(provider, token);
    if (known?.active !== true) return null;
    const isOurs = known.client_id === provider.clientId || [known.aud].flat().includes(provider.clientId);
    return isOurs ? this.client.userInfo(provider, token, subjectOf({ ...known }, 'sub')) : null;
  }

  private keySet({ createRemoteJWKSet, customFetch }: typeof jose, url: string): jose.JWTVerifyGetKey {
    const fetch = providerFetch(this.http, this.client.timeout);
    const known = this.keys.get(url) ?? createRemoteJWKSet(new URL(url), { [customFetch]: toFetch(fetch) });
    this.keys.set(url, known);
    return known;
  }
}

const toFetch =
  (fetch: (url: string, options: FetchOptions) => Promise<Response>): jose.FetchImplementation =>
  (url, { headers, method, signal }) =>
    fetch(url, { method, signal, headers: Object.fromEntries(headers) });
