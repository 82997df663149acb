import { createHash, createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { JsonObject } from '../../../src/common/util/json';

export const CLIENT = { id: 'confab', secret: 'client-secret-of-the-tests-0123456789' };

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const JWK = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' };
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What a test makes the provider answer for the next code. */
export interface Script {
  /** Of the ID token, over the right ones; undefined removes one. */
  claims?: JsonObject;
  /** Of the ID token's header. */
  header?: JsonObject;
  /** Signs with the client's secret instead of the key. */
  isForged?: boolean;
  /** Of the user info; without it there is none. */
  userInfo?: JsonObject;
  /** The token endpoint answers this instead. */
  failure?: { status: number; body: JsonObject };
}

/**
 * An OpenID Connect provider that says what a test wants it to say, right or wrong. Nobody logs in: tests take the place
 * of the browser. The real one is `startOidcProvider`.
 */
export class FakeIdentityProvider {
  script: Script = {};
  /** The code challenge and nonce of the authorization request that the next code belongs to. */
  expected = { challenge: '', nonce: '' };
  /** Authorization headers of requests for pictures. */
  readonly pictureRequests: (string | undefined)[] = [];
  /** What `/picture` answers. */
  picture: Buffer = Buffer.from('89504e470d0a1a0a', 'hex');

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
  idToken({ claims, header, isForged = false }: Script = this.script): string {
    const now = Math.floor(Date.now() / 1000);
    const right = { iss: this.url, aud: CLIENT.id, sub: 'sub-1', iat: now, exp: now + 600, nonce: this.expected.nonce };
    const body = `${base64({ alg: 'RS256', kid: 'k1', ...header })}.${base64({ ...right, ...claims })}`;
    const signature = isForged
      ? createHmac('sha256', CLIENT.secret).update(body).digest('base64url')
      : createSign('RSA-SHA256').update(body).sign(privateKey, 'base64url');
    return `${body}.${signature}`;
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
    const { status, body: json } = this.route(pathname, new URLSearchParams(body));
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(json));
  }

  private route(path: string, form: URLSearchParams): { status: number; body: object } {
    if (path === '/.well-known/openid-configuration') return { status: 200, body: this.metadata() };
    if (path === '/jwks') return { status: 200, body: { keys: [JWK] } };
    if (path === '/userinfo')
      return { status: 200, body: { sub: this.script.claims?.sub ?? 'sub-1', ...this.script.userInfo } };
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
    const verifier = form.get('code_verifier') ?? '';
    if (createHash('sha256').update(verifier).digest('base64url') !== this.expected.challenge)
      return { status: 400, body: { error: 'invalid_grant' } };
    const answer = { access_token: 'access-1', token_type: 'Bearer', expires_in: 3600, id_token: this.idToken() };
    return { status: 200, body: answer };
  }
}
