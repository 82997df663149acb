import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { JsonObject } from '../../../src/common/util/json';
import { AuthorizationCodes, type Grant } from './authorization-codes';
import { PROVIDER_KEY, signedToken } from './id-token';

export const CLIENT = { id: 'confab', secret: 'client-secret-of-the-tests-0123456789' };

/** What a test makes the provider do wrong, or otherwise than usual. */
export interface Script {
  /** Of the ID token, over the right ones; undefined removes one. */
  claims?: JsonObject;
  /** Of the ID token's header. */
  header?: JsonObject;
  /** Signs with the client's secret instead of the key. */
  isForged?: boolean;
  /** Of the user info; without it there is none. */
  userInfo?: JsonObject;
  /** Status of the user info; 200 when absent. */
  userInfoStatus?: number;
  /** The token endpoint answers this instead. */
  failure?: { status: number; body: JsonObject };
}

/**
 * An OpenID Connect provider with responses set by the test, valid or not. There is no login page: tests take the place
 * of the browser. The real one is `startOidcProvider`.
 */
export class FakeIdentityProvider {
  script: Script = {};
  readonly codes = new AuthorizationCodes();
  /** Authorization headers of requests for pictures. */
  readonly pictureRequests: (string | undefined)[] = [];
  /** What `/picture` answers. */
  picture: Buffer = Buffer.from('89504e470d0a1a0a', 'hex');
  /** Whose access token it is. */
  private readonly owners = new Map<string, Grant>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeIdentityProvider> {
    const server = createServer();
    const provider = new FakeIdentityProvider(server);
    server.on(
      'request',
      (request: IncomingMessage, response: ServerResponse) => void provider.answer(request, response),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get discoveryUrl(): string {
    return `${this.url}/.well-known/openid-configuration`;
  }

  /** A signed ID token with these claims. */
  idToken({ claims, header, isForged = false }: Script): string {
    const right = { iss: this.url, aud: CLIENT.id, sub: 'sub-1' };
    return signedToken({ ...right, ...claims }, header, isForged ? CLIENT.secret : undefined);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { pathname } = new URL(request.url ?? '/', this.url);
    if (pathname === '/picture') {
      this.pictureRequests.push(request.headers.authorization);
      response.setHeader('Content-Type', 'image/png').end(this.picture);
      return;
    }
    const { status, body: json } = this.route(pathname, new URLSearchParams(body), request.headers.authorization);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(json));
  }

  private route(path: string, form: URLSearchParams, authorization = ''): { status: number; body: object } {
    if (path === '/.well-known/openid-configuration') return { status: 200, body: this.metadata() };
    if (path === '/jwks') return { status: 200, body: { keys: [PROVIDER_KEY] } };
    if (path === '/userinfo') {
      const owner = this.owners.get(authorization.replace('Bearer ', ''));
      return {
        status: owner ? (this.script.userInfoStatus ?? 200) : 401,
        body: { sub: owner?.claims.sub, ...this.script.userInfo },
      };
    }
    if (path === '/token') return this.token(form);
    return { status: 404, body: {} };
  }

  private metadata(): JsonObject {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      jwks_uri: `${this.url}/jwks`,
      ...(this.script.userInfo && { userinfo_endpoint: `${this.url}/userinfo` }),
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  private token(form: URLSearchParams): { status: number; body: object } {
    if (this.script.failure) return this.script.failure;
    const grant = this.codes.redeem(form);
    if (!grant) return { status: 400, body: { error: 'invalid_grant' } };
    const access_token = `access-${this.owners.size + 1}`;
    this.owners.set(access_token, grant);
    const claims = { nonce: grant.nonce, ...grant.claims, ...this.script.claims };
    const id_token = this.idToken({ ...this.script, claims });
    return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: 3600, id_token } };
  }
}
