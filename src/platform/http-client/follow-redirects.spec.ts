import dns from 'node:dns';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Env } from '../env/env';
import { getFollowing } from './follow-redirects';
import { HttpClient } from './http-client';
import { OutgoingError } from './outgoing-error';
import { isNoMetadataAddress } from './public-address';

const PUBLIC = '93.184.216.34';

let server: Server;
let origin: string;
let http: HttpClient;
let handler: (request: IncomingMessage, response: ServerResponse) => void;
const requests: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    handler(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  requests.length = 0;
  http = new HttpClient(new Env({}));
});

afterEach(async () => {
  jest.restoreAllMocks();
  await http.onApplicationShutdown();
});

/** Names resolve to these addresses, one after another; the last one stays. */
function resolveTo(...addresses: string[]): void {
  let calls = 0;
  const answer = (_: string, __: unknown, callback: (error: null, found: unknown) => void) =>
    callback(null, [{ address: addresses[Math.min(calls++, addresses.length - 1)], family: 4 }]);
  jest.spyOn(dns, 'lookup').mockImplementation(answer as unknown as typeof dns.lookup);
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof OutgoingError ? error.failure : error),
  );

const redirect = (location: string, status = 302) => {
  handler = (_, response) => void response.writeHead(status, { Location: location }).end();
};

const anyUrl = () => undefined;

describe('getFollowing', () => {
  it.each([301, 302, 303, 307, 308])('follows %i to a relative target', async (status) => {
    handler = ({ url }, response) =>
      url === '/a/b' ? void response.writeHead(status, { Location: '../c?d#e' }).end() : void response.end('there');
    const { url, response } = await getFollowing(http, new URL(`${origin}/a/b`), {}, anyUrl);
    expect([url.pathname + url.search, await response.text(100)]).toEqual(['/c?d', 'there']);
  });

  it('takes other statuses, and a redirect without target, as they are', async () => {
    for (const status of [304, 300, 404, 302]) {
      handler = (_, response) => void response.writeHead(status).end();
      const { response } = await getFollowing(http, new URL(origin), {}, anyUrl);
      expect(response.status).toBe(status);
      response.discard();
    }
  });

  it('ends endless chains', async () => {
    redirect('/again');
    expect(await failureOf(getFollowing(http, new URL(origin), {}, anyUrl))).toBe('redirects');
    expect(requests).toHaveLength(11);
  });

  it('shows every hop to the check', async () => {
    const refusal = new Error('refused');
    redirect(`${origin}/forbidden`);
    const check = (url: URL) => {
      if (url.pathname === '/forbidden') throw refusal;
    };
    expect(await failureOf(getFollowing(http, new URL(origin), {}, check))).toBe(refusal);
    expect(requests).toEqual(['/']);
  });

  it.each([
    'http://169.254.169.254/latest',
    'http://[::ffff:a9fe:a9fe]/',
    'http://2852039166/',
    'http://0xa9.0xfea9fe/',
  ])('never reaches the metadata service at %s, even in private networks', async (target) => {
    redirect(target);
    expect(await failureOf(getFollowing(http, new URL(origin), { isAllowed: isNoMetadataAddress }, anyUrl))).toBe(
      'private',
    );
  });

  it.each(['ftp://a/', 'file:///etc/passwd', 'data:text/plain,a', 'javascript:1'])('refuses %s', async (target) => {
    redirect(target);
    expect(await failureOf(getFollowing(http, new URL(origin), {}, anyUrl))).toBe('request');
  });
});

describe('HttpClient: public addresses only', () => {
  const port = () => new URL(origin).port;

  it.each([
    'http://127.0.0.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://0177.0.0.1',
    'http://127.1',
    'http://127.0.0.1.',
    'http://user@127.0.0.1',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://[64:ff9b::7f00:1]',
    'http://[2002:7f00:1::]',
    'http://[::7f00:1]',
    'http://localhost',
    'http://LOCALHOST',
    'http://①②⑦.0.0.1',
    'http://127。0。0。1',
    'http://0',
  ])('refuses %s', async (url) => {
    expect(await failureOf(http.send(`${url}:${port()}/`, { isPublicOnly: true }))).toBe('private');
    expect(requests).toEqual([]);
  });

  it('refuses a name that changes its address after the check', async () => {
    resolveTo(PUBLIC, '127.0.0.1');
    expect(await failureOf(http.send(`http://rebind.test:${port()}/`, { isPublicOnly: true }))).toBe('private');
    expect(requests).toEqual([]);
  });

  it('checks names that go past a proxy as well', async () => {
    const proxied = new HttpClient(new Env({ HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: 'rebind.test' }));
    resolveTo(PUBLIC, '127.0.0.1');
    expect(await failureOf(proxied.send(`http://rebind.test:${port()}/`, { isPublicOnly: true }))).toBe('private');
    expect(requests).toEqual([]);
    await proxied.onApplicationShutdown();
  });

  it('does not wait for the name service beyond its time', async () => {
    jest.spyOn(dns, 'lookup').mockImplementation(() => undefined);
    expect(await failureOf(http.send('http://slow.test/', { isPublicOnly: true, timeout: 20 }))).toBe('timeout');
  });
});

describe('HttpClient: a proxy of its own', () => {
  it('is used in place of that of the environment, for every host', async () => {
    handler = ({ url }, response) => void response.end(`proxied ${url}`);
    const response = await http.send('http://nowhere.test/x', { proxy: origin });
    expect(await response.text(100)).toBe('proxied http://nowhere.test/x');
  });
});
