import { Database } from '../../src/platform/database/database';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { FakeOllamaServer } from '../support/fakes/ollama-server';
import { api } from '../support/http';

const PROHIBITED =
  'You do not have permission to access this resource. Please contact your administrator for assistance.';
const CONNECTION = 'Confab: Server Connection Error';
/** Fetched at any time. */
const LISTS = ['/api/tags', '/api/ps'];
/** No server listens there. */
const DEAD = 'http://127.0.0.1:9';

let app: TestApp;
let servers: FakeOllamaServer[];
let first: FakeOllamaServer;
let second: FakeOllamaServer;
let admin: TestUser;
let user: TestUser;

beforeAll(async () => {
  servers = await Promise.all([FakeOllamaServer.start(), FakeOllamaServer.start()]);
  [first, second] = servers as [FakeOllamaServer, FakeOllamaServer];
  const connections = { ENABLE_OLLAMA_API: 'True', OLLAMA_BASE_URLS: `${first.url}/;${DEAD}` };
  app = await startTestApp({ ...connections, ENABLE_EVALUATION_ARENA_MODELS: 'False' });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
});
afterAll(async () => {
  await app.close();
  await Promise.all(servers.map((server) => server.close()));
});
beforeEach(() => servers.forEach((server) => server.reset()));

const connect = (urls: string[], configs = {}, isEnabled: boolean | null = true) =>
  admin.api.post('/ollama/config/update', {
    ENABLE_OLLAMA_API: isEnabled,
    OLLAMA_BASE_URLS: urls,
    OLLAMA_API_CONFIGS: configs,
  });
const linesOf = (text: unknown) =>
  String(text)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const idsOf = async () =>
  (await admin.api.get('/api/models?refresh=true')).body.data.map(({ id }: { id: string }) => id);

function isForAdministrators(method: string, path: string, body?: unknown) {
  it('refuses all but administrators, without a call to the server', async () => {
    const pending = await asUser(app, 'pending');
    for (const [client, detail] of [
      [api(app.url), 'Not authenticated'],
      [pending.api, PROHIBITED],
      [user.api, PROHIBITED],
    ] as const)
      expect(await client.request(method, path, body)).toMatchObject({ status: 401, body: { detail } });
    const calls = servers.flatMap(({ requests }) => requests).filter(({ path }) => !LISTS.includes(path));
    expect(calls).toEqual([]);
  });
}

describe('GET /ollama/', () => {
  it('reports to all clients that it runs, as Ollama does', async () => {
    for (const path of ['/ollama', '/ollama/'])
      expect(await api(app.url).get(path)).toMatchObject({ status: 200, body: { status: true } });
    expect((await api(app.url).request('HEAD', '/ollama/')).status).toBe(200);
  });
});

describe('GET /ollama/config', () => {
  it('gives the servers of the environment', async () => {
    expect((await admin.api.get('/ollama/config')).body).toEqual({
      ENABLE_OLLAMA_API: true,
      OLLAMA_BASE_URLS: [first.url, DEAD],
      OLLAMA_API_CONFIGS: {},
    });
  });

  isForAdministrators('GET', '/ollama/config');
});

describe('POST /ollama/config/update', () => {
  it('applies at once, and drops options of missing servers', async () => {
    const { body } = await connect([first.url], { '0': { prefix_id: 'p' }, '1': {}, 'http://x': {} });
    expect(body).toEqual({
      ENABLE_OLLAMA_API: true,
      OLLAMA_BASE_URLS: [first.url],
      OLLAMA_API_CONFIGS: { '0': { prefix_id: 'p' } },
    });
    expect(await idsOf()).toEqual(['p.fake:1b', 'p.other:latest']);
  });

  it('keeps the switch when it is null', async () => {
    await connect([first.url], {}, false);
    expect((await connect([first.url], {}, null)).body.ENABLE_OLLAMA_API).toBe(false);
    expect(await idsOf()).toEqual([]);
  });

  it('stores keys encrypted', async () => {
    await connect([first.url], { '0': { key: 'very-secret' } });
    const rows = await app.get(Database).query('SELECT key, value FROM setting');
    expect(JSON.stringify(rows)).not.toContain('very-secret');
    expect(JSON.stringify((await user.api.get('/api/models')).body)).not.toContain('very-secret');
  });

  it('refuses wrong bodies', async () => {
    const { status, body } = await admin.api.post('/ollama/config/update', { ENABLE_OLLAMA_API: 'no way' });
    expect([status, body.detail.map(({ type }: { type: string }) => type)]).toEqual([
      422,
      ['bool_parsing', 'missing', 'missing'],
    ]);
  });

  isForAdministrators('POST', '/ollama/config/update', { OLLAMA_BASE_URLS: ['http://evil'], OLLAMA_API_CONFIGS: {} });
});

describe('POST /ollama/verify', () => {
  const verify = (url: string) => admin.api.post('/ollama/verify', { url, key: 'k' });

  it('gives the version, and sends the key', async () => {
    expect(await verify(`${first.url}/`)).toMatchObject({ status: 200, body: { version: '0.9.1' } });
    expect(first.lastRequest?.headers.authorization).toBe('Bearer k');
  });

  it.each([[DEAD], ['not an url'], ['file:///etc/passwd']])('answers 500 for %s', async (url) => {
    expect(await verify(url)).toMatchObject({ status: 500, body: { detail: CONNECTION } });
  });

  it('passes on an error of the server, but no HTML page', async () => {
    first.onAny = () => ({ status: 401, json: { error: 'no key' } });
    expect((await verify(first.url)).body.detail).toBe('Unexpected error: External Error: no key');
    first.onAny = () => ({ text: '<html>' });
    expect(await verify(first.url)).toMatchObject({ status: 500, body: { detail: CONNECTION } });
  });

  isForAdministrators('POST', '/ollama/verify', { url: 'http://internal' });
});

describe('GET /ollama/api/version', () => {
  it('gives the lowest version, whatever some servers do', async () => {
    second.version = '0.12.0';
    await connect([second.url, DEAD, first.url]);
    expect(await user.api.get('/ollama/api/version')).toMatchObject({ status: 200, body: { version: '0.9.1' } });
    expect((await user.api.get('/ollama/api/version/0')).body).toEqual({ version: '0.12.0' });
    expect((await user.api.get('/ollama/api/version/1')).status).toBe(500);
    for (const index of ['3', '-1']) expect((await user.api.get(`/ollama/api/version/${index}`)).status).toBe(404);
    expect((await user.api.get('/ollama/api/version/x')).status).toBe(422);
  });

  it('returns false while the API is off, and 500 when no server answers', async () => {
    await connect([DEAD]);
    expect((await user.api.get('/ollama/api/version')).status).toBe(500);
    await connect([DEAD], {}, false);
    expect((await user.api.get('/ollama/api/version')).body).toEqual({ version: false });
  });

  it('needs a verified user', async () => {
    const pending = await asUser(app, 'pending');
    for (const client of [api(app.url), pending.api])
      expect((await client.get('/ollama/api/version')).status).toBe(401);
  });
});

describe('GET /ollama/api/ps', () => {
  it('gives what is in memory anywhere', async () => {
    servers.forEach((server) => (server.loaded = ['fake:1b']));
    await connect([first.url, DEAD, second.url], { '2': { prefix_id: 'p' } });
    const { models } = (await admin.api.get('/ollama/api/ps')).body;
    expect(models).toMatchObject([
      { model: 'fake:1b', urls: [0] },
      { model: 'p.fake:1b', name: 'fake:1b', urls: [2] },
    ]);
  });

  isForAdministrators('GET', '/ollama/api/ps');
});

describe('GET /ollama/api/tags/{url_idx}', () => {
  it('gives the list as the server gives it', async () => {
    await connect([first.url], { '0': { prefix_id: 'p', enable: false } });
    const { models } = (await admin.api.get('/ollama/api/tags/0')).body;
    expect(models).toMatchObject([{ model: 'fake:1b' }, { model: 'other:latest' }]);
    expect(models[0]).not.toHaveProperty('urls');
    expect((await admin.api.get('/ollama/api/tags/1')).status).toBe(404);
    first.onAny = () => ({ status: 503, json: { error: 'boom' } });
    expect(await admin.api.get('/ollama/api/tags/0')).toMatchObject({ status: 503, body: { detail: 'Ollama: boom' } });
  });

  isForAdministrators('GET', '/ollama/api/tags/0');
});

describe('the library', () => {
  beforeEach(() => connect([first.url, second.url, DEAD], { '1': { prefix_id: 'p', key: 'k' } }));

  describe('POST /ollama/api/pull', () => {
    it('streams the progress; afterwards the model is in the list', async () => {
      const { status, body, headers } = await admin.api.post('/ollama/api/pull/1', { name: 'new:1b' });
      expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
      expect(linesOf(body)).toEqual([
        { status: 'pulling manifest' },
        { status: 'pulling abc', digest: 'sha256:abc', total: 100, completed: 50 },
        { status: 'pulling abc', digest: 'sha256:abc', total: 100, completed: 100 },
        { status: 'success' },
      ]);
      const [sent] = second.received('/api/pull');
      expect(sent?.body).toEqual({ name: 'new:1b', model: 'new:1b', insecure: true });
      expect(sent?.headers.authorization).toBe('Bearer k');
      expect(await idsOf()).toContain('p.new:1b');
    });

    it('passes the error of Ollama on, with its status', async () => {
      first.onAny = ({ path }) => (path === '/api/pull' ? { status: 412, json: { error: 'too old' } } : undefined);
      expect(await admin.api.post('/ollama/api/pull', { model: 'x' })).toMatchObject({
        status: 412,
        body: { detail: 'too old' },
      });
    });

    it('ends a stream that breaks off with an error', async () => {
      first.onAny = ({ path }) => (path === '/api/pull' ? { ndjson: breaking('{"status":"half"}\n') } : undefined);
      const { body } = await admin.api.post('/ollama/api/pull', { model: 'x' });
      expect(linesOf(body)).toEqual([{ status: 'half' }, { error: CONNECTION }]);
    });

    it('ends the pull of a client that disconnects', async () => {
      first.onAny = ({ path, closed }) => (path === '/api/pull' ? { ndjson: endless(closed) } : undefined);
      const pulling = first.nextRequest('/api/pull');
      const controller = new AbortController();
      const headers = { Authorization: `Bearer ${admin.token}`, 'Content-Type': 'application/json' };
      const options = { method: 'POST', headers };
      const sent = fetch(`${app.url}/ollama/api/pull`, {
        ...options,
        body: '{"model":"x"}',
        signal: controller.signal,
      });
      const request = await pulling;
      await (await sent).body!.getReader().read();
      controller.abort();
      await request.closed;
      expect(request.aborted).toBe(true);
    });

    it('requires a name, and a server', async () => {
      expect((await admin.api.post('/ollama/api/pull', {})).status).toBe(400);
      expect((await admin.api.post('/ollama/api/pull/7', { model: 'x' })).status).toBe(404);
      expect(await admin.api.post('/ollama/api/pull/2', { model: 'x' })).toMatchObject({
        status: 500,
        body: { detail: CONNECTION },
      });
    });

    isForAdministrators('POST', '/ollama/api/pull', { model: 'x' });
  });

  describe.each(['DELETE', 'POST'])('%s /ollama/api/push', (method) => {
    it('streams the progress, from the server that has the model', async () => {
      const { body } = await admin.api.request(method, '/ollama/api/push', { model: 'p.fake:1b', insecure: true });
      expect(linesOf(body)).toEqual([{ status: 'retrieving manifest' }, { status: 'success' }]);
      expect(second.received('/api/push')[0]).toMatchObject({
        method: 'POST',
        body: { model: 'fake:1b', insecure: true },
      });
    });

    it('refuses a model that no server has, unless the server is given', async () => {
      expect(await admin.api.request(method, '/ollama/api/push', { model: 'zzz' })).toMatchObject({
        status: 400,
        body: { detail: "Model 'zzz' was not found" },
      });
      expect((await admin.api.request(method, '/ollama/api/push/0', { model: 'zzz' })).status).toBe(200);
    });

    isForAdministrators(method, '/ollama/api/push', { model: 'fake:1b' });
  });

  describe('POST /ollama/api/create', () => {
    it('sends what it got, and streams the progress', async () => {
      const sent = { model: 'mine', from: 'fake:1b', stream: true };
      const { body } = await admin.api.post('/ollama/api/create', sent);
      expect(linesOf(body).at(-1)).toEqual({ status: 'success' });
      expect(first.received('/api/create')[0]?.body).toEqual(sent);
    });

    isForAdministrators('POST', '/ollama/api/create', { model: 'x' });
  });

  describe('POST /ollama/api/copy', () => {
    it('copies on the server that has the model', async () => {
      const body = { source: 'p.fake:1b', destination: 'copied' };
      expect(await admin.api.post('/ollama/api/copy', body)).toMatchObject({ status: 200, body: true });
      expect(second.received('/api/copy')[0]?.body).toEqual({ source: 'fake:1b', destination: 'copied' });
      const ids = (await admin.api.get('/api/models')).body.data.map(({ id }: { id: string }) => id);
      expect(ids).toContain('p.copied');
    });

    it('refuses an unknown model and an incomplete body', async () => {
      expect((await admin.api.post('/ollama/api/copy', { source: 'zzz', destination: 'y' })).status).toBe(400);
      expect((await admin.api.post('/ollama/api/copy', { source: 'fake:1b' })).status).toBe(422);
    });

    isForAdministrators('POST', '/ollama/api/copy', { source: 'fake:1b', destination: 'y' });
  });

  describe('DELETE /ollama/api/delete', () => {
    it('deletes, by either key', async () => {
      expect(await admin.api.delete('/ollama/api/delete', { name: 'other' })).toMatchObject({
        status: 200,
        body: true,
      });
      expect(first.received('/api/delete')[0]).toMatchObject({ method: 'DELETE', body: { model: 'other' } });
    });

    it('keeps the status of Ollama', async () => {
      first.onAny = ({ path }) => (path === '/api/delete' ? { status: 404, json: { error: 'gone' } } : undefined);
      expect(await admin.api.delete('/ollama/api/delete/0', { model: 'zzz' })).toMatchObject({
        status: 404,
        body: { detail: 'Ollama: gone' },
      });
    });

    isForAdministrators('DELETE', '/ollama/api/delete', { model: 'fake:1b' });
  });

  describe('POST /ollama/api/unload', () => {
    it('takes the model out of the memory of each server, by the name that it has there', async () => {
      await connect([first.url, second.url]);
      expect((await admin.api.post('/ollama/api/unload', { model: 'other' })).body).toEqual({ status: true });
      for (const server of servers)
        expect(server.received('/api/generate')[0]?.body).toEqual({ model: 'other:latest', keep_alive: 0, prompt: '' });
    });

    it('refuses nothing, and the unknown', async () => {
      expect((await admin.api.post('/ollama/api/unload', {})).body.detail).toBe('Missing name of the model to unload.');
      expect((await admin.api.post('/ollama/api/unload', { name: 'zzz' })).body.detail).toBe(
        "Model 'zzz:latest' was not found",
      );
    });

    it('reports where it failed', async () => {
      first.onAny = ({ path }) => (path === '/api/generate' ? { status: 500, json: { error: 'busy' } } : undefined);
      expect(await admin.api.post('/ollama/api/unload', { model: 'fake:1b' })).toMatchObject({
        status: 500,
        body: { detail: 'Failed to unload model on 1 nodes: busy' },
      });
    });

    isForAdministrators('POST', '/ollama/api/unload', { model: 'fake:1b' });
  });
});

function* breaking(...lines: string[]): Generator<string> {
  yield* lines;
  throw new Error('broken on purpose');
}

async function* endless(closed: Promise<void>): AsyncGenerator<string> {
  yield '{"status":"pulling"}\n';
  await closed;
}
