import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../common/util/json';
import { Env } from '../../../platform/env/env';
import { HttpClient } from '../../../platform/http-client/http-client';
import { SandboxSettings } from '../sandbox.settings';
import { HttpBridge } from './http-bridge';

const FIRST = 'http://first.test';

let server: Server;
let port: number;
let http: HttpClient;
let seen: IncomingMessage[] = [];
let respond: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request);
    respond(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  seen = [];
  respond = (_request, response) => void response.end('reached');
  http = new HttpClient(new Env({}));
});

afterEach(async () => {
  jest.restoreAllMocks();
  await http.onApplicationShutdown();
});

/** Requests to `FIRST` reach the server of this test, as if it had a public address. */
function bridge(settings: Partial<SandboxSettings> = {}, hosts?: readonly string[]): HttpBridge {
  const client = {
    send: (url: string, request: Parameters<HttpClient['send']>[1]) =>
      url.startsWith(`${FIRST}/`)
        ? http.send(url.replace(FIRST, `http://127.0.0.1:${port}`), { ...request, isAllowed: undefined })
        : http.send(url, request),
  } as HttpClient;
  return new HttpBridge(client, Object.assign(new SandboxSettings(), settings), hosts);
}

const fetch = (own: HttpBridge, request: JsonObject, body = '') =>
  own.fetch(Buffer.from(JSON.stringify(request)), Buffer.from(body));

const metaOf = async (reply: ReturnType<HttpBridge['fetch']>) => JSON.parse((await reply).text ?? '') as JsonObject;

const redirect = (location: string, status = 302) => {
  respond = (request, response) => {
    if (request.url === '/end') response.end();
    else response.writeHead(status, { Location: location }).end();
  };
};

describe('HttpBridge: addresses', () => {
  it.each([
    ...['127.0.0.1', 'localhost', 'LOCALHOST', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0', '127.0.0.1.'],
    ...['[::1]', '[::ffff:127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[::7f00:1]', '[fe80::1]', '[fc00::1]'],
    ...['10.0.0.1', '172.16.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1', '①②⑦.0.0.1', 'user@127.0.0.1'],
  ])('refuse %s', async (host) => {
    await expect(fetch(bridge(), { url: `http://${host}:${port}/` })).rejects.toMatchObject({ failure: 'private' });
    expect(seen).toEqual([]);
  });

  it.each(['127.0.0.1', '[::1]', '169.254.169.254'])('are checked for a redirect to %s', async (host) => {
    redirect(`http://${host}:${port}/secret`);
    await expect(fetch(bridge(), { url: `${FIRST}/` })).rejects.toMatchObject({ failure: 'private' });
    expect(seen.map(({ url }) => url)).toEqual(['/']);
  });

  it('are checked on the connection, for a name that changes its address', async () => {
    const addresses = ['93.184.216.34', '127.0.0.1'];
    const answer = (_: string, __: unknown, callback: (error: null, found: unknown) => void) =>
      callback(null, [{ address: addresses.shift() ?? '127.0.0.1', family: 4 }]);
    jest.spyOn(dns, 'lookup').mockImplementation(answer as unknown as typeof dns.lookup);
    await expect(fetch(bridge(), { url: `http://rebind.test:${port}/` })).rejects.toMatchObject({
      failure: 'private',
    });
    expect([seen, addresses]).toEqual([[], []]);
  });

  it('of private networks can be opened, those of metadata not', async () => {
    const open = bridge({ enable_local_http: true });
    expect(await metaOf(fetch(open, { url: `http://127.0.0.1:${port}/` }))).toMatchObject({ status: 200 });
    for (const url of ['http://169.254.169.254/', 'http://[::ffff:a9fe:a9fe]/'])
      await expect(fetch(open, { url })).rejects.toMatchObject({ failure: 'private' });
  });

  it.each(['file:///etc/passwd', 'data:text/plain,x', 'ftp://first.test/', 'javascript:1'])(
    'refuse %s',
    async (url) => {
      await expect(fetch(bridge(), { url })).rejects.toMatchObject({ failure: 'request' });
    },
  );
});

describe('HttpBridge: allowed hosts', () => {
  it.each([
    [['first.test'], true],
    [['FIRST.test'], true],
    [['test'], true],
    [['*.test'], true],
    [['irst.test'], false],
    [['first.test.example'], false],
    [['!first.test'], false],
    [['test', '!first.test'], false],
    [['*'], true],
    [[], false],
  ])('%j', async (hosts, isAllowed) => {
    const reply = fetch(bridge({ allowed_hosts: ['other.test'] }, hosts), { url: `${FIRST}/` });
    if (isAllowed) expect(await metaOf(reply)).toMatchObject({ status: 200 });
    else await expect(reply).rejects.toMatchObject({ failure: 'forbidden' });
  });

  it('are those of the settings for a source without a list, and apply to redirects', async () => {
    redirect('http://second.test/');
    const own = bridge({ allowed_hosts: ['first.test'] });
    await expect(fetch(own, { url: `${FIRST}/` })).rejects.toMatchObject({ failure: 'forbidden' });
    expect(seen).toHaveLength(1);
  });
});

describe('HttpBridge: requests', () => {
  it('have no headers of the connection, and none of the server', async () => {
    const names = ['Host', 'Connection', 'Content-Length', 'Transfer-Encoding', 'Upgrade', 'Proxy-Authorization', 'TE'];
    const headers = [...names.map((name) => [name, 'internal']), ['X-Own', '1']];
    await fetch(bridge(), { url: `${FIRST}/`, headers });
    expect(seen[0]?.headers).toEqual({ host: `127.0.0.1:${port}`, connection: 'keep-alive', 'x-own': '1' });
  });

  it.each([
    [{ url: `${FIRST}/`, headers: [['X-A', 'a\r\nHost: internal']] }],
    [{ url: `${FIRST}/`, headers: [['X-A\r\nHost', 'internal']] }],
    [{ url: `${FIRST}/`, method: 'GET / HTTP/1.1\r\nHost: internal\r\n\r\nGET' }],
    [{ url: `${FIRST}/`, method: 'CONNECT' }],
    [{ url: `${FIRST}/`, headers: Array.from({ length: 101 }, () => ['a', 'b']) }],
    [{ url: `${FIRST}/`, headers: [['a', 'b'.repeat(33_000)]] }],
    [{ url: `${FIRST}/${'a'.repeat(70_000)}` }],
    [{ url: 'first.test' }],
    [{ url: 7 }],
  ])('are refused: %#', async (request) => {
    await expect(fetch(bridge(), request)).rejects.toMatchObject({ failure: 'request' });
    expect(seen).toEqual([]);
  });

  it('cannot break out of their line by the URL', async () => {
    await fetch(bridge(), { url: `${FIRST}/a\r\nHost: internal\r\n\r\n?b c` });
    expect(seen.map(({ url }) => url)).toEqual(['/aHost:%20internal?b%20c']);
  });

  it.each([
    null,
    [],
    'text',
    { url: FIRST, headers: {} },
    { url: FIRST, headers: [['a']] },
    { url: FIRST, headers: [7] },
  ])('of another form end the process: %j', async (request) => {
    await expect(fetch(bridge(), request as JsonObject)).rejects.toMatchObject({ reason: 'malformed' });
  });

  it('leave credentials at their origin, and change the method as browsers do', async () => {
    redirect('http://127.0.0.1:1/', 307);
    const second = `http://localhost:${port}/end`;
    redirect(second, 303);
    const own = bridge({ enable_local_http: true });
    const headers = [
      ['Authorization', 'Bearer secret'],
      ['Cookie', 'a=b'],
      ['Content-Type', 'text/plain'],
      ['X-Own', '1'],
    ];
    const meta = await metaOf(fetch(own, { url: `${FIRST}/`, method: 'POST', headers }, 'body'));
    expect(meta).toMatchObject({ url: second, history: [{ status: 303, url: `${FIRST}/` }] });
    expect(seen.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(Object.keys(seen[1]?.headers ?? {}).sort()).toEqual(['connection', 'host', 'x-own']);
  });

  it('follow no more than 30 redirects, or none', async () => {
    redirect(`${FIRST}/again`);
    await expect(fetch(bridge(), { url: `${FIRST}/` })).rejects.toMatchObject({ failure: 'redirects' });
    expect(seen).toHaveLength(31);
    expect(await metaOf(fetch(bridge(), { url: `${FIRST}/`, follow: false }))).toMatchObject({ status: 302 });
  });
});

describe('HttpBridge: limits', () => {
  it('of requests, of bodies, and of all responses together', async () => {
    const own = bridge({ http_max_requests: 2, http_max_size: 7 });
    await fetch(own, { url: `${FIRST}/` });
    await expect(fetch(own, { url: `${FIRST}/` }, 'too large')).rejects.toMatchObject({ failure: 'too-large' });
    await expect(fetch(own, { url: `${FIRST}/` })).rejects.toMatchObject({ failure: 'quota' });
    await expect(fetch(bridge({ http_max_size: 6 }), { url: `${FIRST}/` })).rejects.toMatchObject({
      failure: 'too-large',
    });
    const many = bridge({ http_max_size: 7 });
    for (let count = 0; count < 5; count++) await fetch(many, { url: `${FIRST}/` });
    await expect(fetch(many, { url: `${FIRST}/` })).rejects.toMatchObject({ failure: 'quota' });
  });

  it('of open streams, which close with the call', async () => {
    const own = bridge();
    const open = Array.from({ length: 128 }, () => fetch(own, { url: `${FIRST}/`, stream: true }));
    const first = JSON.parse((await Promise.all(open))[0]?.text ?? '') as JsonObject;
    await expect(fetch(own, { url: `${FIRST}/`, stream: true })).rejects.toMatchObject({ failure: 'quota' });
    expect((await own.read(first.stream)).bytes).toEqual(Buffer.from('reached'));
    expect((await own.read(first.stream)).head).toEqual({ isEnd: true });
    for (const id of [first.stream, 999, '__proto__', undefined])
      await expect(own.read(id)).rejects.toMatchObject({ failure: 'closed' });
    own.end();
    await expect(own.read(2)).rejects.toMatchObject({ failure: 'closed' });
  });

  it('end with the call', async () => {
    const arrived = new Promise<void>((resolve) => (respond = () => resolve()));
    const own = bridge();
    const reply = fetch(own, { url: `${FIRST}/` });
    await arrived;
    own.end();
    await expect(reply).rejects.toMatchObject({ failure: 'closed' });
  });
});
