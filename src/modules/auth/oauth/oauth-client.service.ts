import { Injectable } from '@nestjs/common';
import type * as openid from 'openid-client';
import { NotFoundError } from '../../../common/errors/app-error';
import { isJsonObject, objectsIn } from '../../../common/util/json';
import { nowSeconds } from '../../../common/util/time';
import { HttpClient } from '../../../platform/http-client/http-client';
import type { Claims } from './claims/claims';
import type { OAuthFlow } from './flow/oauth-flow';
import { OAuthClientsSettings } from './oauth-clients.settings';
import { configuredProviders, type OAuthEndpoints, type OAuthProvider } from './oauth-providers';
import { OAuthSettings } from './oauth.settings';
import { providerFetch } from './provider-fetch';

/** The token response of a provider. */
export interface OAuthTokens {
  accessToken: string;
  idToken: string | undefined;
  refreshToken: string | undefined;
  scope: string | undefined;
  /** Unix seconds; null when unknown. */
  expiresAt: number | null;
  /** The only server that gets the access token, when it is another than the provider. */
  audience?: string;
}

/** Loaded on first use: most installations have no provider. */
const loadOpenid = () => import('openid-client');

type TokenAnswer = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;

/** Protocol client of the identity providers: OpenID Connect and plain OAuth 2. */
@Injectable()
export class OAuthClientService {
  private readonly servers = new Map<string, Promise<openid.Configuration>>();

  constructor(
    private readonly clients: OAuthClientsSettings,
    private readonly settings: OAuthSettings,
    private readonly http: HttpClient,
  ) {}

  /** @throws NotFoundError for a provider that is not configured. */
  provider(key: string): OAuthProvider {
    const provider = configuredProviders(this.clients).find((candidate) => candidate.key === key);
    if (!provider) throw new NotFoundError('Not Found');
    return provider;
  }

  /** The authorization URL, and the flow to keep until the callback. */
  async begin(provider: OAuthProvider, redirectUri: string): Promise<{ url: string; flow: OAuthFlow }> {
    const openid = await loadOpenid();
    const server = await this.serverOf(provider);
    const flow: OAuthFlow = {
      provider: provider.key,
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      verifier: openid.randomPKCECodeVerifier(),
      redirectUri,
      startedAt: nowSeconds(),
    };
    const url = openid.buildAuthorizationUrl(server, {
      response_type: 'code',
      scope: provider.scope,
      redirect_uri: redirectUri,
      state: flow.state,
      code_challenge: await openid.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
      ...(isOpenId(provider) && { nonce: flow.nonce }),
    });
    return { url: url.href, flow };
  }

  /** `query`: query string of the callback. @throws when state, code, issuer, nonce or signature are invalid. */
  async finish(
    provider: OAuthProvider,
    flow: OAuthFlow,
    query: string,
  ): Promise<{ tokens: OAuthTokens; claims: Claims }> {
    const openid = await loadOpenid();
    const server = await this.serverOf(provider);
    const callback = new URL(flow.redirectUri);
    callback.search = query;
    const checks = {
      expectedState: flow.state,
      pkceCodeVerifier: flow.verifier,
      ...(isOpenId(provider) && { expectedNonce: flow.nonce, idTokenExpected: true }),
    };
    const parameters = this.settings.include_client_id ? { client_id: provider.clientId } : undefined;
    const answer = await openid.authorizationCodeGrant(server, callback, checks, parameters);
    return { tokens: toTokens(answer), claims: answer.claims() ?? {} };
  }

  /** Claims of the user-info endpoint. @throws when they belong to another subject. */
  async userInfo(provider: OAuthProvider, accessToken: string, subject: string | undefined): Promise<Claims> {
    const openid = await loadOpenid();
    const server = await this.serverOf(provider);
    if (isOpenId(provider)) {
      if (server.serverMetadata().userinfo_endpoint === undefined) return {};
      return { ...(await openid.fetchUserInfo(server, accessToken, subject ?? openid.skipSubjectCheck)) };
    }
    const { userInfo, userInfoMember: member, emails } = provider.server as OAuthEndpoints;
    const answer = await this.getJson(server, userInfo, accessToken);
    const claims = member === undefined || !isJsonObject(answer) ? answer : answer[member];
    if (!isJsonObject(claims)) return {};
    return emails === undefined ? claims : { ...claims, ...primaryOf(await this.getJson(server, emails, accessToken)) };
  }

  /** Keeps the old refresh token when the provider returns no new one. @throws when the provider refuses. */
  async refresh(provider: OAuthProvider, refreshToken: string): Promise<OAuthTokens> {
    const openid = await loadOpenid();
    const tokens = toTokens(await openid.refreshTokenGrant(await this.serverOf(provider), refreshToken));
    return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
  }

  /** True when the provider refused the request; false when it could not be reached. */
  async isRefusal(error: unknown): Promise<boolean> {
    const openid = await loadOpenid();
    return error instanceof openid.ResponseBodyError && error.status < 500;
  }

  /** Token introspection; null when the provider does not support it. */
  async introspect(provider: OAuthProvider, token: string): Promise<openid.IntrospectionResponse | null> {
    const openid = await loadOpenid();
    const server = await this.serverOf(provider);
    if (server.serverMetadata().introspection_endpoint === undefined) return null;
    return openid.tokenIntrospection(server, token);
  }

  /** Issuer and key set URL. The issuer may contain `{tenantid}`. Undefined for providers without OpenID Connect. */
  async issuerOf(provider: OAuthProvider): Promise<{ issuer: string; keys: string } | undefined> {
    if (!isOpenId(provider)) return undefined;
    const { issuer, jwks_uri: keys } = (await this.serverOf(provider)).serverMetadata();
    return keys === undefined ? undefined : { issuer, keys };
  }

  /** The sign-out URL of the provider; null when it has none. */
  async endSessionUrl(
    provider: OAuthProvider,
    idToken: string | undefined,
    returnUrl: string | null,
  ): Promise<string | null> {
    const server = await this.serverOf(provider);
    if (server.serverMetadata().end_session_endpoint === undefined) return null;
    const openid = await loadOpenid();
    const parameters = {
      ...(idToken !== undefined && { id_token_hint: idToken }),
      ...(returnUrl !== null && { post_logout_redirect_uri: returnUrl }),
    };
    return openid.buildEndSessionUrl(server, parameters).href;
  }

  get timeout(): number {
    return this.clients.timeout * 1000;
  }

  private async getJson(server: openid.Configuration, url: string, accessToken: string): Promise<unknown> {
    const openid = await loadOpenid();
    const headers = new Headers({ accept: 'application/json', 'user-agent': 'Confab' });
    const answer = await openid.fetchProtectedResource(server, accessToken, new URL(url), 'GET', undefined, headers);
    if (!answer.ok) throw new Error(`${new URL(url).origin} answered ${answer.status}`);
    return answer.json();
  }

  /** Discovered once. A failure is not cached, so the next sign-in tries again. */
  private serverOf(provider: OAuthProvider): Promise<openid.Configuration> {
    const id = JSON.stringify(provider);
    const known = this.servers.get(id) ?? this.discover(provider);
    this.servers.set(id, known);
    known.catch(() => this.servers.delete(id));
    return known;
  }

  private async discover({ clientId, clientSecret, authMethod, server }: OAuthProvider): Promise<openid.Configuration> {
    const openid = await loadOpenid();
    const authentication = clientAuthentications(openid)[authMethod](clientSecret);
    const fetch = providerFetch(this.http, this.timeout) as openid.CustomFetch;
    const settle = (configuration: openid.Configuration, address: string): openid.Configuration => {
      configuration.timeout = this.clients.timeout;
      if (new URL(address).protocol === 'http:') openid.allowInsecureRequests(configuration);
      return configuration;
    };
    if ('discoveryUrl' in server) {
      const isPlain = new URL(server.discoveryUrl).protocol === 'http:';
      const address = issuerAddress(server.discoveryUrl);
      const configuration = await openid.discovery(address, clientId, undefined, authentication, {
        [openid.customFetch]: fetch,
        timeout: this.clients.timeout,
        execute: [openid.enableNonRepudiationChecks, ...(isPlain ? [openid.allowInsecureRequests] : [])],
      });
      return settle(configuration, server.discoveryUrl);
    }
    const metadata = {
      issuer: new URL(server.authorization).origin,
      authorization_endpoint: server.authorization,
      token_endpoint: server.token,
    };
    const configuration = new openid.Configuration(metadata, clientId, undefined, authentication);
    configuration[openid.customFetch] = fetch;
    return settle(configuration, server.token);
  }
}

/**
 * Microsoft's tokens may name the issuer of the tenant instead of the one in the discovery document. The library handles
 * that for issuer URLs, but takes the URL of a discovery document literally.
 */
function issuerAddress(discoveryUrl: string): URL {
  const url = new URL(discoveryUrl);
  if (url.origin === 'https://login.microsoftonline.com')
    url.pathname = url.pathname.replace(/\/\.well-known\/openid-configuration$/, '');
  return url;
}

const clientAuthentications = ({ ClientSecretBasic, ClientSecretPost, None }: typeof openid) => ({
  client_secret_basic: ClientSecretBasic,
  client_secret_post: ClientSecretPost,
  none: () => None(),
});

const isOpenId = ({ server }: OAuthProvider): boolean => 'discoveryUrl' in server;

/** A token response, with the time at which it expires. */
export function toTokens(answer: TokenAnswer): OAuthTokens {
  const seconds = answer.expiresIn();
  return {
    accessToken: answer.access_token,
    idToken: answer.id_token,
    refreshToken: answer.refresh_token,
    scope: answer.scope,
    expiresAt: seconds === undefined ? null : nowSeconds() + seconds,
  };
}

/** The primary address of GitHub's list, as claims. */
function primaryOf(emails: unknown): Claims {
  const list = objectsIn(emails);
  const primary = list.find((entry) => entry.primary === true);
  return primary ? { email: primary.email, email_verified: primary.verified === true } : {};
}
