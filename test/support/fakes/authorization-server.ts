import type { JsonObject } from '../../../src/common/util/json';
import { AuthorizationCodes } from './authorization-codes';
import { FakeServer, type Answer, type RecordedRequest } from './fake-server';

const METADATA = '/.well-known/oauth-authorization-server';

/** An OAuth 2.1 authorization server with dynamic registration: clients, codes with PKCE, and refresh tokens used once. */
export class FakeAuthorizationServer extends FakeServer {
  /** Over the usual metadata; null: there is none. */
  metadata: JsonObject | null = {};
  /** Seconds until access tokens expire; undefined: the response does not say. */
  expiresIn: number | undefined = 3600;
  /** Replaces the response of an endpoint. */
  answers: Partial<Record<'/register' | '/authorize' | '/token', Answer>> = {};
  private readonly codes = new AuthorizationCodes();
  private clients = new Map<string, JsonObject>();
  private readonly tokens = new Map<string, { resource: string | null }>();
  private readonly refreshTokens = new Set<string>();
  private issued = 0;

  static start(): Promise<FakeAuthorizationServer> {
    return new FakeAuthorizationServer('').listen(0);
  }

  reset(): void {
    this.requests.splice(0);
    this.metadata = {};
    this.expiresIn = 3600;
    this.answers = {};
  }

  /** True for an access token that was issued for the resource and not revoked. */
  accepts(token: string | undefined, resource: string): boolean {
    return token !== undefined && this.tokens.get(token)?.resource === resource;
  }

  revokeAccessTokens(): void {
    this.tokens.clear();
  }

  revokeRefreshTokens(): void {
    this.refreshTokens.clear();
  }

  forgetClients(): void {
    this.clients = new Map();
  }

  /** As a user who agrees. @returns the URL that the browser is sent back to. */
  agree(url: string): string {
    const redirectUri = new URL(url).searchParams.get('redirect_uri') ?? '';
    return `${redirectUri}?${this.codes.agree(url, { resource: new URL(url).searchParams.get('resource') })}`;
  }

  protected answer({ path, body, bytes, headers }: RecordedRequest): Answer {
    const url = new URL(path, this.url);
    const scripted = this.answers[url.pathname as '/token'];
    if (scripted) return scripted;
    if (url.pathname === METADATA && this.metadata) return { json: this.publish(this.metadata) };
    if (url.pathname === '/register') return this.register(body ?? {});
    if (url.pathname === '/authorize') return this.authorize(url.searchParams);
    if (url.pathname === '/token') return this.token(new URLSearchParams(bytes.toString()), headers.authorization);
    return { status: 404, json: { detail: 'Not Found' } };
  }

  private publish(change: JsonObject): JsonObject {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      registration_endpoint: `${this.url}/register`,
      scopes_supported: ['read', 'write'],
      code_challenge_methods_supported: ['S256'],
      ...change,
    };
  }

  private register(sent: JsonObject): Answer {
    const id = `client-${++this.issued}`;
    const client = { ...sent, client_id: id, client_secret: `secret-of-${id}` };
    this.clients.set(id, client);
    return { status: 201, json: client };
  }

  /** A page for the user; for unknown clients and addresses an error, without a redirect. */
  private authorize(query: URLSearchParams): Answer {
    const client = this.clients.get(query.get('client_id') ?? '');
    if (!client) return { status: 400, json: { error: 'invalid_client' } };
    const isKnown = (client.redirect_uris as string[]).includes(query.get('redirect_uri') ?? '');
    return isKnown ? { text: '<form>', type: 'text/html' } : { status: 400, json: { error: 'invalid_request' } };
  }

  private token(form: URLSearchParams, authorization: string | undefined): Answer {
    if (!this.isAuthentic(form, authorization)) return { status: 401, json: { error: 'invalid_client' } };
    const isRenewal = form.get('grant_type') === 'refresh_token';
    const isValid = isRenewal ? this.refreshTokens.delete(form.get('refresh_token') ?? '') : this.codes.redeem(form);
    if (!isValid) return { status: 400, json: { error: 'invalid_grant' } };
    const [access, refresh] = [`access-${++this.issued}`, `refresh-${this.issued}`];
    this.tokens.set(access, { resource: form.get('resource') });
    this.refreshTokens.add(refresh);
    const expires = this.expiresIn === undefined ? {} : { expires_in: this.expiresIn };
    return {
      json: { access_token: access, token_type: 'Bearer', refresh_token: refresh, scope: 'read write', ...expires },
    };
  }

  /** By form or by header. */
  private isAuthentic(form: URLSearchParams, authorization = ''): boolean {
    const [user, password] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
      .toString()
      .split(':');
    const client = this.clients.get(user || (form.get('client_id') ?? ''));
    return client !== undefined && client.client_secret === (password ?? form.get('client_secret'));
  }
}
