import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { JsonObject } from '../../../src/common/util/json';
import { AuthorizationCodes, type Grant } from './authorization-codes';
import { PROVIDER_KEY, signedToken } from './id-token';
import { SELF_SIGNED } from './self-signed';

/** A request to one of the hosts. */
export interface CloudRequest {
  /** Host and path: `api.github.com/user`. */
  place: string;
  query: URLSearchParams;
  form: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** Of the access token that the request has. */
  owner: Grant | undefined;
}

type Reply = { status?: number; json: unknown } | { form: Record<string, string> } | { png: Buffer };
type Place = (request: CloudRequest) => Reply;

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const refused: Reply = { status: 401, json: { message: 'Bad credentials' } };

/** The hosts of Google, Microsoft, GitHub and Feishu, with the answers that they document, behind an HTTPS proxy. */
export class ProviderCloud {
  readonly codes = new AuthorizationCodes();
  readonly requests: CloudRequest[] = [];
  private readonly owners = new Map<string, Grant>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly proxy: Server,
  ) {}

  static async start(): Promise<ProviderCloud> {
    const cloud = new ProviderCloud(createTlsServer(SELF_SIGNED), createServer());
    cloud.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      cloud.answer(request, response).catch(() => response.destroy());
    });
    cloud.proxy.on('connect', (_, socket: Socket) => cloud.tunnel(socket));
    for (const server of [cloud.server, cloud.proxy]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return cloud;
  }

  /** Variables of a server whose requests to the world end here. */
  get env(): Record<string, string> {
    return { HTTPS_PROXY: `http://127.0.0.1:${portOf(this.proxy)}`, AIOHTTP_CLIENT_SESSION_SSL: 'false' };
  }

  received(place: string): CloudRequest[] {
    return this.requests.filter((request) => request.place === place);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.closeAllConnections();
    await Promise.all([this.server, this.proxy].map((server) => new Promise((resolve) => server.close(resolve))));
  }

  /** Whatever host is asked for: it is here. */
  private tunnel(socket: Socket): void {
    const target = connect(portOf(this.server), '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const end of [socket, target]) {
      this.sockets.add(end);
      end.on('error', () => end.destroy()).on('close', () => this.sockets.delete(end));
    }
    socket.pipe(target).pipe(socket);
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(incoming));
    const { pathname, searchParams: query } = new URL(incoming.url ?? '/', 'https://host');
    const { headers } = incoming;
    const owner = this.owners.get((headers.authorization ?? '').replace(/^bearer /i, ''));
    const request = { place: `${headers.host}${pathname}`, query, form, headers, owner };
    this.requests.push(request);
    const reply = this.places[request.place]?.(request) ?? { status: 404, json: {} };
    if ('png' in reply) return void response.setHeader('content-type', 'image/png').end(reply.png);
    if ('form' in reply) {
      response.setHeader('content-type', 'application/x-www-form-urlencoded');
      return void response.end(new URLSearchParams(reply.form).toString());
    }
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(reply.json));
  }

  private readonly places: Record<string, Place> = {
    'accounts.google.com/.well-known/openid-configuration': () => ({
      json: metadataOf('https://accounts.google.com', {
        authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
        token_endpoint: 'https://oauth2.googleapis.com/token',
        userinfo_endpoint: 'https://openidconnect.googleapis.com/v1/userinfo',
        jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
      }),
    }),
    'www.googleapis.com/oauth2/v3/certs': () => ({ json: { keys: [PROVIDER_KEY] } }),
    'oauth2.googleapis.com/token': (request) => this.openIdTokens(request, 'https://accounts.google.com', 'google-id'),

    'login.microsoftonline.com/tenant-1/v2.0/.well-known/openid-configuration': () => ({
      json: microsoftMetadata('tenant-1', 'tenant-1'),
    }),
    'login.microsoftonline.com/common/v2.0/.well-known/openid-configuration': () => ({
      json: microsoftMetadata('common', '{tenantid}'),
    }),
    'login.microsoftonline.com/keys': () => ({ json: { keys: [PROVIDER_KEY] } }),
    'login.microsoftonline.com/token': (request) =>
      this.openIdTokens(request, 'https://login.microsoftonline.com/tenant-1/v2.0', 'microsoft-id'),
    'graph.microsoft.com/v1.0/me/photo/$value': ({ owner }) => (owner ? { png: PNG } : refused),

    'github.com/login/oauth/access_token': (request) => this.githubToken(request),
    'api.github.com/user': ({ owner }) => (owner ? { json: { ...owner.claims, email: null } } : refused),
    'api.github.com/user/emails': ({ owner }) =>
      owner
        ? {
            json: [
              { email: 'other@example.com', primary: false, verified: true, visibility: null },
              { email: owner.claims.email, primary: true, verified: owner.claims.verified ?? true, visibility: null },
            ],
          }
        : refused,

    'open.feishu.cn/open-apis/authen/v2/oauth/token': (request) => {
      const token = this.redeem(request, 'feishu-id', 'feishu-secret');
      if (token === undefined) return { status: 400, json: { code: 20_003, error: 'invalid_grant' } };
      return { json: { code: 0, access_token: token, expires_in: 7200, token_type: 'Bearer', scope: '' } };
    },
    'open.feishu.cn/open-apis/authen/v1/user_info': ({ owner }) =>
      owner ? { json: { code: 0, msg: 'success', data: owner.claims } } : refused,
  };

  /** GitHub answers a form to those who do not ask for JSON. */
  private githubToken(request: CloudRequest): Reply {
    const token = this.redeem(request, 'github-id', 'github-secret');
    if (token === undefined) return { json: { error: 'bad_verification_code' } };
    const answer = { access_token: token, scope: 'user:email', token_type: 'bearer' };
    return request.headers.accept?.includes('application/json') ? { json: answer } : { form: answer };
  }

  private openIdTokens(request: CloudRequest, issuer: string, client: string): Reply {
    const grant = this.codes.redeem(request.form);
    const expected = `${client}:${client.replace('-id', '-secret')}`;
    if (!grant || basicOf(request) !== expected) return { status: 400, json: { error: 'invalid_grant' } };
    const id_token = signedToken({ iss: issuer, aud: client, nonce: grant.nonce, ...grant.claims });
    return { json: { access_token: this.tokenOf(grant), expires_in: 3599, token_type: 'Bearer', id_token } };
  }

  private redeem({ form }: CloudRequest, client: string, secret: string): string | undefined {
    const grant = this.codes.redeem(form);
    const isClient = form.get('client_id') === client && form.get('client_secret') === secret;
    return grant && isClient ? this.tokenOf(grant) : undefined;
  }

  private tokenOf(grant: Grant): string {
    const token = `cloud-${this.owners.size + 1}`;
    this.owners.set(token, grant);
    return token;
  }
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Both parts are encoded as in forms (RFC 6749 §2.3.1). */
const basicOf = ({ headers: { authorization = '' } }: CloudRequest): string =>
  decodeURIComponent(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString());

const metadataOf = (issuer: string, endpoints: JsonObject): JsonObject => ({
  issuer,
  ...endpoints,
  response_types_supported: ['code', 'token', 'id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
});

const microsoftMetadata = (tenant: string, issuer: string): JsonObject =>
  metadataOf(`https://login.microsoftonline.com/${issuer}/v2.0`, {
    authorization_endpoint: `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: 'https://login.microsoftonline.com/token',
    userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
    jwks_uri: 'https://login.microsoftonline.com/keys',
  });
