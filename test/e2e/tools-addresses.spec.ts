import dns from 'node:dns';
import { OAuthHttpService } from '../../src/modules/tools/servers/oauth/oauth-http.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { Internet } from '../support/fakes/internet';
import { ScriptedServer } from '../support/fakes/scripted-server';
import { PUBLIC_ADDRESS } from '../support/web-pages';

const REFUSED = expect.stringMatching(/not on the public internet/) as string;
const CONFIG = '/api/v1/configs';
/** Hosts of this machine, of private networks and of clouds' metadata, in all forms that lead there. */
const PRIVATE = [
  ...[
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '0',
    '%E2%91%A0%E2%91%A1%E2%91%A6.0.0.1',
    'localhost',
    'LOCALHOST',
  ],
  ...['10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '169.254.169.254', '168.63.129.16', '224.0.0.1'],
  ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]', '[fc00::1]', '[fd00:ec2::254]', '[fe80::1]'],
  ...['[2002:7f00:1::]', '[2001:0:0:0:0:0:80ff:fffe]', '[64:ff9b::7f00:1]', '[::7f00:1]', 'private.test'],
];

let app: TestApp;
let admin: TestUser;
/** Every host but those of `NO_PROXY`; addresses are checked before a request goes to it. */
let internet: Internet;
/** On this machine. */
let own: ScriptedServer;

beforeAll(async () => {
  [internet, own] = await Promise.all([Internet.start(), ScriptedServer.start()]);
  app = await startTestApp({ ...internet.variables, NO_PROXY: 'rebind.test' });
  admin = await asUser(app, 'admin');
});
afterAll(async () => {
  await app.close();
  await Promise.all([internet.close(), own.close()]);
});

beforeEach(() => {
  internet.reset();
  own.requests.splice(0);
  const { lookup } = dns;
  let rebound = 0;
  const addresses: Readonly<Record<string, () => string>> = {
    'public.test': () => PUBLIC_ADDRESS,
    'second.test': () => PUBLIC_ADDRESS,
    'private.test': () => '10.0.0.1',
    // Public for the check, and of this machine for the connection.
    'rebind.test': () => (rebound++ === 0 ? PUBLIC_ADDRESS : '127.0.0.1'),
  };
  const resolve = (host: string, options: object, callback: (error: Error | null, found: unknown) => void) => {
    const address = addresses[host]?.();
    if (address === undefined) lookup(host, options, callback);
    else callback(null, [{ address, family: 4 }]);
  };
  jest.spyOn(dns, 'lookup').mockImplementation(resolve as unknown as typeof dns.lookup);
});
afterEach(() => jest.restoreAllMocks());

const hosts = () => internet.requests.map(({ host }) => host);
const rebound = () => `http://rebind.test:${new URL(own.url).port}`;

describe.each(['tools', 'functions'])('POST /api/v1/%s/load/url', (kind) => {
  const load = (url: string) => admin.api.post(`/api/v1/${kind}/load/url`, { url });
  const refusal = { status: 500, body: { detail: REFUSED } };

  it('reaches no private address', async () => {
    for (const host of PRIVATE) expect([host, await load(`http://${host}/x.py`)]).toMatchObject([host, refusal]);
    expect(internet.requests).toEqual([]);
  });

  it('checks each hop of a redirect', async () => {
    for (const host of PRIVATE) {
      internet.reset();
      internet.handler = (request) => {
        const location = request.host === 'public.test' ? 'http://second.test/x.py' : `http://${host}/x.py`;
        return { status: request.host === 'public.test' ? 302 : 307, headers: { location } };
      };
      expect([host, await load('http://public.test/x.py')]).toMatchObject([host, refusal]);
      expect(hosts()).toEqual(['public.test', 'second.test']);
    }
  });

  it('connects to the address that was checked', async () => {
    expect(await load(`${rebound()}/x.py`)).toMatchObject(refusal);
    expect(own.requests).toEqual([]);
  });

  it('reads sources of up to 4,000,000 bytes', async () => {
    let size = 4_000_000;
    internet.handler = () => ({ text: 'x'.repeat(size), type: 'text/plain' });
    expect((await load('http://public.test/x.py')).body.content).toHaveLength(size);
    size += 1;
    expect(await load('http://public.test/x.py')).toMatchObject({
      status: 500,
      body: { detail: expect.stringContaining('more than is taken') as string },
    });
  });
});

describe('authorization servers that an MCP server on the internet names', () => {
  const SERVER = 'http://public.test/mcp';
  const verify = () =>
    admin.api.post(`${CONFIG}/tool_servers/verify`, {
      ...{ url: SERVER, path: '', type: 'mcp', auth_type: 'oauth_2.1', key: '', config: null },
    });
  const register = () => admin.api.post(`${CONFIG}/oauth/clients/register?type=mcp`, { url: SERVER, client_id: 'lab' });
  const metadata = (change: object = {}) => ({
    ...{ issuer: 'http://public.test', authorization_endpoint: 'http://public.test/a' },
    ...{ token_endpoint: 'http://public.test/t', registration_endpoint: 'http://public.test/r' },
    ...change,
  });
  const publish = (path: string, json: () => unknown) =>
    (internet.handler = (request) => (request.path === path ? { json: json() } : { status: 404, json: {} }));
  const isPublic = () => hosts().every((host) => host === 'public.test');

  it('are not asked for their metadata on a private address', async () => {
    for (const host of [...PRIVATE, new URL(rebound()).host]) {
      internet.reset();
      const resource = { resource: SERVER, authorization_servers: [`http://${host}`] };
      publish('/.well-known/oauth-protected-resource/mcp', () => resource);
      expect([host, (await verify()).status, isPublic()]).toEqual([host, 400, true]);
    }
    expect(own.requests).toEqual([]);
  });

  it('register no client on a private address', async () => {
    for (const host of [...PRIVATE, new URL(rebound()).host]) {
      internet.reset();
      const found = metadata({ registration_endpoint: `http://${host}/r` });
      publish('/.well-known/oauth-authorization-server', () => found);
      expect([host, (await register()).status, isPublic()]).toEqual([host, 400, true]);
    }
    expect(own.requests).toEqual([]);
  });

  it('get no codes and tokens on a private address', async () => {
    const send = app.get(OAuthHttpService).fetchFor(SERVER);
    for (const host of [...PRIVATE, new URL(rebound()).host])
      await expect(send(`http://${host}/token`, { method: 'POST', headers: {} })).rejects.toThrow(
        'not on the public internet',
      );
    expect([own.requests, internet.requests]).toEqual([[], []]);
  });

  it('are not followed to another address, and read to a limit', async () => {
    internet.handler = () => ({ status: 302, headers: { location: 'http://second.test/' }, text: '' });
    expect((await verify()).status).toBe(400);
    expect(isPublic()).toBe(true);
    publish('/.well-known/oauth-authorization-server', () => metadata({ padding: 'x'.repeat(1024 * 1024) }));
    expect((await verify()).status).toBe(400);
    publish('/.well-known/oauth-authorization-server', () => metadata());
    expect((await verify()).status).toBe(200);
  });
});
