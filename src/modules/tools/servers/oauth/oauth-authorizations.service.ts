import { Injectable } from '@nestjs/common';
import type * as openid from 'openid-client';
import type { Principal } from '../../../../common/auth/principal';
import { isJsonObject } from '../../../../common/util/json';
import { nowSeconds } from '../../../../common/util/time';
import { Keyring } from '../../../../platform/crypto/keyring';
import { toTokens, type OAuthTokens } from '../../../auth/oauth/oauth-client.service';
import { OAuthSessionsService, type TokenTarget } from '../../../auth/oauth/tokens/oauth-sessions.service';
import type { ToolServer } from '../tool-server';
import type { ClientInfo } from './client-info';
import type { ServerMetadata } from './oauth-metadata';
import { OAuthHttpService } from './oauth-http.service';
import { OAuthRegistrationsService } from './oauth-registrations.service';

/** Loaded on first use: most installations have no such server. */
const loadOpenid = () => import('openid-client');

/** Seconds for an authorization. */
const MAX_AGE = 1800;

/**
 * An authorization in progress: the `state` of the request, encrypted. So it is bound to the account and its session, and
 * nothing is stored until the tokens arrive.
 */
interface Progress {
  client: string;
  user: string;
  session: string;
  verifier: string;
  /** Unix seconds. */
  startedAt: number;
}

/** The id of the OAuth client of this server at an MCP server, also the provider of its tokens. */
export const clientIdOf = ({ type, id }: Pick<ToolServer, 'type' | 'id'>): string => `${type}:${id}`;

/** Tokens of users for MCP servers with OAuth 2.1: authorization code with PKCE, for one resource (RFC 8707). */
@Injectable()
export class OAuthAuthorizationsService {
  constructor(
    private readonly registrations: OAuthRegistrationsService,
    private readonly http: OAuthHttpService,
    private readonly sessions: OAuthSessionsService,
    private readonly keyring: Keyring,
  ) {}

  /** The URL at which the user authorises this server. */
  async begin(server: ToolServer, client: ClientInfo, principal: Principal): Promise<string> {
    const openid = await loadOpenid();
    const verifier = openid.randomPKCECodeVerifier();
    const progress: Progress = {
      ...{ client: clientIdOf(server), user: principal.id, session: sessionOf(principal), verifier },
      startedAt: nowSeconds(),
    };
    const url = openid.buildAuthorizationUrl(await this.configurationFor(server, client), {
      response_type: 'code',
      redirect_uri: client.redirect_uris[0] ?? '',
      state: this.keyring.seal(JSON.stringify(progress)),
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...this.resourceOf(server, client),
      ...(client.scope && { scope: client.scope }),
    });
    return url.href;
  }

  /**
   * The tokens for the code in the query of a callback.
   * @throws Error when the state was made for another account, session or server, or is too old; as `openid-client`.
   */
  async finish(server: ToolServer, client: ClientInfo, principal: Principal, query: string): Promise<OAuthTokens> {
    const openid = await loadOpenid();
    const callback = new URL(client.redirect_uris[0] ?? '');
    callback.search = query;
    const state = callback.searchParams.get('state') ?? '';
    const progress = this.read(state);
    const isOwn =
      progress?.client === clientIdOf(server) &&
      progress.user === principal.id &&
      progress.session === sessionOf(principal) &&
      nowSeconds() - progress.startedAt < MAX_AGE;
    if (!isOwn) throw new Error('The authorization is invalid or has expired');
    const checks = { expectedState: state, pkceCodeVerifier: progress.verifier };
    const configuration = await this.configurationFor(server, client);
    return toTokens(
      await openid.authorizationCodeGrant(configuration, callback, checks, this.resourceOf(server, client)),
    );
  }

  /** Replaces older tokens of the user for the server. */
  async store(server: ToolServer, principal: Principal, tokens: OAuthTokens): Promise<void> {
    await this.sessions.store(principal.id, clientIdOf(server), { ...tokens, audience: server.url });
  }

  /** A valid access token of the principal; null until it has authorised this server. */
  tokenOf(server: ToolServer, principal: Principal): Promise<string | null> {
    return this.sessions.tokenAt(principal.id, this.targetOf(server));
  }

  /** @returns false when a token that the server refused cannot be replaced. */
  replace(server: ToolServer, principal: Principal, refused: string): Promise<boolean> {
    return this.sessions.replaceAt(principal.id, this.targetOf(server), refused);
  }

  /** Ids of the principal's authorizations, which do not change when tokens are renewed; undefined for none. */
  async authorizedBy(principal: Principal): Promise<(server: ToolServer) => string | undefined> {
    const idAt = await this.sessions.usableAt(principal.id);
    return (server) => idAt(this.targetOf(server));
  }

  private targetOf(server: ToolServer): TokenTarget {
    const renew = async (refreshToken: string): Promise<OAuthTokens> => {
      const client = this.registrations.clientOf(server);
      if (!client) throw new Error(`The tool server ${server.id} has no OAuth client`);
      const openid = await loadOpenid();
      const configuration = await this.configurationFor(server, client);
      const answer = await openid.refreshTokenGrant(configuration, refreshToken, this.resourceOf(server, client));
      const tokens = toTokens(answer);
      return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
    };
    return { provider: clientIdOf(server), audience: server.url, renew };
  }

  private async configurationFor(server: ToolServer, client: ClientInfo): Promise<openid.Configuration> {
    const library = await loadOpenid();
    const { client_id: id, server_metadata: metadata } = client;
    const configuration = new library.Configuration(serverOf(metadata), id, undefined, authentication(library, client));
    configuration[library.customFetch] = this.http.fetchFor(server.url) as openid.CustomFetch;
    if (this.http.timeout > 0) configuration.timeout = this.http.timeout / 1000;
    // Decided by the administrator, who entered the URL of the server.
    const endpoints = [metadata.authorization_endpoint, metadata.token_endpoint];
    if (endpoints.some((url) => new URL(url).protocol === 'http:')) library.allowInsecureRequests(configuration);
    return configuration;
  }

  private resourceOf({ url }: ToolServer, { resource }: ClientInfo): Record<string, string> {
    return { resource: resource ?? url };
  }

  private read(state: string): Progress | undefined {
    try {
      const value: unknown = JSON.parse(this.keyring.unseal(state));
      return isJsonObject(value) && typeof value.verifier === 'string' ? (value as unknown as Progress) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** What the library needs of the metadata. */
const serverOf = (metadata: ServerMetadata): openid.ServerMetadata => ({
  issuer: metadata.issuer,
  authorization_endpoint: metadata.authorization_endpoint,
  token_endpoint: metadata.token_endpoint,
  authorization_response_iss_parameter_supported: metadata.authorization_response_iss_parameter_supported === true,
});

const sessionOf = ({ credential }: Principal): string =>
  credential.kind === 'jwt' ? credential.jti : credential.keyId;

function authentication(library: typeof openid, client: ClientInfo): openid.ClientAuth {
  const { client_secret: secret, token_endpoint_auth_method: method } = client;
  if (secret === undefined || method === 'none') return library.None();
  return method === 'client_secret_basic' ? library.ClientSecretBasic(secret) : library.ClientSecretPost(secret);
}
