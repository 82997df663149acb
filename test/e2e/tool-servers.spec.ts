import type { Principal } from '../../src/common/auth/principal';
import type { CompletionContext } from '../../src/modules/pipeline/completion-context';
import type { Tool } from '../../src/modules/pipeline/tool';
import { OpenApiToolsService } from '../../src/modules/tools/servers/openapi/openapi-tools.service';
import { ToolServersListService } from '../../src/modules/tools/servers/tool-servers-list.service';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { ToolServersSettings } from '../../src/modules/tools/servers/tool-servers.settings';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { deferred } from '../support/deferred';
import { eventually } from '../support/eventually';
import type { Answer } from '../support/fakes/fake-server';
import { OpenApiToolServer } from '../support/fakes/openapi-tool-server';
import { ScriptedServer } from '../support/fakes/scripted-server';
import { api, type Json } from '../support/http';

const PROHIBITED =
  'You do not have permission to access this resource. Please contact your administrator for assistance.';
/** No server listens there. */
const DEAD = 'http://127.0.0.1:9';
/** What stands for a saved secret. */
const MASK = expect.stringMatching(/^\*{8}[\w-]+$/) as string;
const CONFIG = '/api/v1/configs/tool_servers';

let app: TestApp;
let items: OpenApiToolServer;
let scripted: ScriptedServer;
let admin: TestUser;
let user: TestUser;

beforeAll(async () => {
  [items, scripted] = await Promise.all([OpenApiToolServer.start(), ScriptedServer.start()]);
  app = await startTestApp();
  admin = await asUser(app, 'admin');
  user = await asUser(app);
});
afterAll(async () => {
  await app.close();
  await Promise.all([items.close(), scripted.close()]);
});

const connection = (change: object = {}): Json => ({
  ...{ url: DEAD, path: 'openapi.json', type: 'openapi', auth_type: 'bearer', key: 'sk-secret' },
  ...{ headers: null, config: { enable: true }, info: { id: 'lab' } },
  ...change,
});
const save = (...connections: Json[]) => admin.api.post(CONFIG, { TOOL_SERVER_CONNECTIONS: connections });
const stored = () => app.get(SettingsStore).live(ToolServersSettings).connections;

const principalOf = ({ id, role, name, email, token }: TestUser, groupIds: string[] = []): Principal => ({
  ...{ id, role, name, email, groupIds },
  credential: { kind: 'jwt', token, jti: 'j', expiresAt: null },
});
const listFor = (principal: Principal) => app.get(ToolServersListService).list(principal);
/** The functions that a request of the principal gets for these ids. */
async function toolsFor(principal: Principal, ...ids: string[]): Promise<Map<string, Tool>> {
  const context = { principal } as CompletionContext;
  const tools = await app.get(OpenApiToolsService).resolve({ context, ids } as never);
  return new Map(tools.map((tool) => [tool.name, tool]));
}
const call = async (name: string, args: object, signal = new AbortController().signal): Promise<Json> =>
  (await toolsFor(principalOf(user), 'server:lab')).get(name)?.call(args as never, signal);

function refusesNonAdmins(method: string, path: string, body?: unknown) {
  it('refuses all but administrators', async () => {
    const pending = await asUser(app, 'pending');
    for (const [client, detail] of [
      [api(app.url), 'Not authenticated'],
      [pending.api, PROHIBITED],
      [user.api, PROHIBITED],
    ] as const) {
      const { status, body: answer } = await client.request(method, path, body);
      expect([status, answer]).toEqual([401, { detail }]);
    }
  });
}

describe('POST /api/v1/configs/tool_servers', () => {
  refusesNonAdmins('POST', CONFIG, { TOOL_SERVER_CONNECTIONS: [] });

  it('stores unknown keys and adds defaults', async () => {
    const { type: _, headers: __, ...sparse } = connection({ odd: 1, key: '', config: null });
    const { status, body } = await save(sparse);
    const expected = { ...sparse, type: 'openapi', headers: null };
    expect([status, body]).toEqual([200, { TOOL_SERVER_CONNECTIONS: [expected] }]);
    expect((await admin.api.get(CONFIG)).body).toEqual({ TOOL_SERVER_CONNECTIONS: [expected] });
  });

  it('masks keys and headers; saving the page keeps them, also in another order', async () => {
    const one = connection({ headers: { 'X-Secret': 'secret-header' } });
    await save(one, connection({ key: 'sk-other', info: { id: 'other' } }));
    const { body: page } = await admin.api.get(CONFIG);
    expect(JSON.stringify(page)).not.toMatch(/sk-|secret-header/);
    expect(page.TOOL_SERVER_CONNECTIONS[0]).toMatchObject({ key: MASK, headers: { 'X-Secret': MASK } });
    expect((await save(...[...page.TOOL_SERVER_CONNECTIONS].reverse())).status).toBe(200);
    expect(stored()).toMatchObject([{ key: 'sk-other' }, one]);
  });

  it('gives a stored secret to no other server', async () => {
    await save(connection());
    const [masked] = (await admin.api.get(CONFIG)).body.TOOL_SERVER_CONNECTIONS;
    expect((await save({ ...masked, url: 'http://127.0.0.1:10' })).status).toBe(409);
    expect(stored()).toMatchObject([{ url: DEAD, key: 'sk-secret' }]);
  });

  it('exports masked secrets, and imports what it exported', async () => {
    await save(connection());
    const { body: config } = await admin.api.get('/api/v1/configs/export');
    expect(config.tool_server.connections).toEqual([connection({ key: MASK })]);
    expect((await admin.api.post('/api/v1/configs/import', { config })).status).toBe(200);
    expect(stored()).toEqual([connection()]);
  });

  it.each(['a:b', 'a|b'])('refuses the id %s', async (id) => {
    const { status, body } = await save(connection({ info: { id } }));
    expect(status).toBe(400);
    expect(body.detail).toContain(id);
  });

  it.each<[string, unknown, unknown]>([
    ['no list', {}, [['list_type', 'TOOL_SERVER_CONNECTIONS']]],
    ['too many', Array(201).fill(connection()), [['too_long', 'TOOL_SERVER_CONNECTIONS']]],
    ['an item that is none', [5], [['model_attributes_type', 'TOOL_SERVER_CONNECTIONS', 0]]],
    [
      'required keys',
      [{ url: 'x', path: 'y' }],
      ['auth_type', 'key', 'config'].map((key) => ['missing', 'TOOL_SERVER_CONNECTIONS', 0, key]),
    ],
    [
      'headers of a wrong type',
      [connection({ headers: 5 })],
      [
        ['dict_type', 'TOOL_SERVER_CONNECTIONS', 0, 'headers', 'dict[any,any]'],
        ['string_type', 'TOOL_SERVER_CONNECTIONS', 0, 'headers', 'str'],
      ],
    ],
  ])('refuses %s', async (_, value, expected) => {
    const { status, body } = await admin.api.post(CONFIG, { TOOL_SERVER_CONNECTIONS: value });
    expect(status).toBe(422);
    expect(body.detail.map(({ type, loc }: Json) => [type, ...loc.slice(1)])).toEqual(expected);
  });
});

describe('GET /api/v1/configs/tool_servers', () => refusesNonAdmins('GET', CONFIG));

describe('POST /api/v1/configs/tool_servers/verify', () => {
  const VERIFY = `${CONFIG}/verify`;
  const verify = (change: object) => admin.api.post(VERIFY, connection(change));

  refusesNonAdmins('POST', VERIFY, connection());

  it.each([['openapi.json'], ['/openapi.json'], ['openapi.yaml']])('returns the document at %s', async (path) => {
    const { status, body } = await verify({ url: `${items.url}/`, path });
    expect([status, body.info.title, Object.keys(body.paths)]).toEqual([
      200,
      'Items',
      ['/items/{id}', '/items', '/plain', '/move'],
    ]);
  });

  it('sends the configured credential, also from masks', async () => {
    scripted.script = () => ({ json: { openapi: '3.1.0' } });
    await save(connection({ url: scripted.url, headers: { 'X-Extra': 'e' } }));
    const [masked] = (await admin.api.get(CONFIG)).body.TOOL_SERVER_CONNECTIONS;
    const sent = async (change: object) => {
      await admin.api.post(VERIFY, { ...masked, ...change });
      const { authorization, cookie, 'x-extra': extra } = scripted.lastRequest!.headers;
      return [authorization, cookie, extra];
    };
    expect(await sent({})).toEqual(['Bearer sk-secret', undefined, 'e']);
    expect(await sent({ auth_type: 'none' })).toEqual([undefined, undefined, 'e']);
    expect(await sent({ auth_type: 'session' })).toEqual([`Bearer ${admin.token}`, undefined, 'e']);
    expect(await sent({ auth_type: 'system_oauth' })).toEqual([undefined, undefined, 'e']);
    expect(await sent({ headers: { Authorization: 'Bearer own' } })).toEqual(['Bearer own', undefined, undefined]);
    const elsewhere = { path: `${scripted.url.replace('127.0.0.1', 'localhost')}/openapi.json` };
    expect(await sent(elsewhere)).toEqual([undefined, undefined, undefined]);
    expect((await admin.api.post(VERIFY, { ...masked, url: items.url })).status).toBe(409);
  });

  it.each<[string, Answer]>([
    ['a refusal', { status: 401, json: {} }],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9/' }, text: '' }],
    ['a text', { text: '{{{: not yaml' }],
    ['a list', { json: [] }],
    ['a nest without end', { text: '['.repeat(3e6) }],
    ['a document that grows', { text: growing() }],
  ])('fails with %s', async (_, answer) => {
    scripted.script = () => answer;
    const { status, body } = await verify({ url: scripted.url });
    expect([status, body]).toEqual([400, { detail: 'Failed to connect to the tool server' }]);
  });

  it('reads no more than its limit, and waits no longer', async () => {
    let written = 0;
    const endless = async function* () {
      for (;;) yield await Promise.resolve('x'.repeat(((written += 65536), 65536)));
    };
    scripted.script = () => ({ sse: endless() });
    expect((await verify({ url: scripted.url })).status).toBe(400);
    expect(written).toBeLessThan(64 * 1024 * 1024);
    expect((await verify({ url: DEAD })).status).toBe(400);
  });

  it('lists the required keys', async () => {
    const { status, body } = await admin.api.post(VERIFY, { url: 'x' });
    expect([status, body.detail.map(({ loc }: Json) => loc[1])]).toEqual([422, ['path', 'auth_type', 'key', 'config']]);
  });
});

describe('tools of OpenAPI servers', () => {
  const lab = (change: object = {}) =>
    connection({ url: items.url, key: 'sk-lab', info: { id: 'lab', name: 'Lab', description: '' }, ...change });

  it('are listed and offered by access and switch', async () => {
    const { id } = user;
    await save(
      lab(),
      lab({ config: { enable: true, access_control: {} }, info: { id: 'private' } }),
      lab({ config: { enable: true, access_control: { read: { user_ids: [id] } } }, info: { id: 'mine' } }),
      lab({ config: { enable: true, access_control: { read: { group_ids: ['g'] } } }, info: { id: 'groups' } }),
      lab({ config: { enable: false }, info: { id: 'off' } }),
      lab({ config: null, info: { id: 'null' } }),
      lab({ url: DEAD, info: { id: 'dead' } }),
      lab({ info: {} }),
    );
    const access: [Principal, string[]][] = [
      [principalOf(user), ['lab', 'mine', '7']],
      [principalOf(user, ['g']), ['lab', 'mine', 'groups', '7']],
      [principalOf(admin), ['lab', 'private', 'mine', 'groups', '7']],
    ];
    const ids = ['lab', 'private', 'mine', 'groups', 'off', 'null', 'dead', '7', 'unknown'];
    for (const [principal, usable] of access) {
      expect((await listFor(principal)).map((entry) => entry.id)).toEqual(usable.map((each) => `server:${each}`));
      for (const each of ids)
        expect((await toolsFor(principal, `server:${each}`)).size > 0).toBe(usable.includes(each));
    }
    expect((await listFor(principalOf(user)))[0]).toEqual({
      ...{ id: 'server:lab', name: 'Lab', description: 'Items of a test', access_control: null },
    });
    expect((await listFor(principalOf(user))).at(-1)).toMatchObject({ name: 'Items' });
  });

  it('are those that the filter allows, once for ids that repeat', async () => {
    await save(lab({ config: { enable: true, function_name_filter_list: '_item, !delete_item' } }));
    const tools = await toolsFor(principalOf(user), 'server:lab', 'server:openapi:lab', 'server:lab|x', 'weather');
    expect([...tools.keys()].sort()).toEqual(['change_item', 'create_item', 'get_item']);
    expect(tools.get('create_item')).toMatchObject({
      ...{ description: 'Create an item', sourceId: 'server:lab' },
      parameters: {
        properties: { name: { description: 'Name of the item' }, size: { properties: { width: { type: 'number' } } } },
        required: ['name'],
      },
    });
  });

  it('are called with every argument in its place, and the credential of the server', async () => {
    await save(lab({ headers: { 'X-Trace': 'fixed' } }));
    const args = { id: 'a/b?c', view: 'short', tags: ['x y', 'z'], 'x-trace': 'by model' };
    const { kind, data, headers } = await call('get_item', args);
    expect([kind, data.id, data.query]).toEqual(['external', 'a/b?c', { view: 'short', tags: ['x y', 'z'] }]);
    expect(data.headers).toMatchObject({ authorization: 'Bearer sk-lab', 'x-trace': 'fixed' });
    expect(data.headers).not.toHaveProperty('cookie');
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8' });
    const created = await call('create_item', { name: 'n', size: { width: 2 } });
    expect(created.data.body).toEqual({ name: 'n', size: { width: 2 } });
    expect((await call('change_item', { id: 5, body: [{ name: 'n' }] })).data).toEqual({
      id: '5',
      body: [{ name: 'n' }],
    });
  });

  it('forward the token of the principal only where that is configured', async () => {
    await save(lab({ auth_type: 'session' }));
    expect((await call('get_item', { id: '1' })).data.headers.authorization).toBe(`Bearer ${user.token}`);
    await save(lab({ auth_type: 'none' }));
    expect((await call('get_item', { id: '1' })).data.headers).not.toHaveProperty('authorization');
  });

  it('return texts, and failures as data; redirects are not followed', async () => {
    await save(lab());
    const plain = await call('plain', {});
    expect(plain).toMatchObject({ data: 'plain text', headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect(plain.headers).not.toHaveProperty('set-cookie');
    expect(await call('delete_item', { id: 'x' })).toEqual({
      ...{ kind: 'external', headers: null },
      data: { error: expect.stringMatching(/^HTTP error 409: .*cannot delete x/) as string },
    });
    expect(await call('move', {})).toMatchObject({ kind: 'external', headers: { location: 'http://127.0.0.1:9/' } });
    expect(await call('get_item', {})).toMatchObject({ data: { error: 'The argument id is missing' }, headers: null });
  });

  describe('of a server that fails', () => {
    const document = { openapi: '3.1.0', paths: { '/run': { post: { operationId: 'run' } } } };
    const answering = async (answer: Answer) => {
      scripted.script = ({ path }) => (path === '/openapi.json' ? { json: document } : answer);
      await save(connection({ url: scripted.url }));
    };

    it('end with a result that is too large', async () => {
      await answering({ text: 'x'.repeat(17 * 1024 * 1024) });
      expect(await call('run', {})).toMatchObject({
        data: { error: expect.stringContaining('answered more than is taken') as string },
        headers: null,
      });
    });

    it('end with the reply', async () => {
      await answering('never');
      const reply = new AbortController();
      const arrived = scripted.nextRequest('/run');
      const running = call('run', {}, reply.signal);
      const request = await arrived;
      reply.abort(new Error('stopped'));
      await expect(running).rejects.toThrow('stopped');
      await request.closed;
      expect(request.aborted).toBe(true);
    });

    it('end with the connection', async () => {
      await answering('never');
      const arrived = scripted.nextRequest('/run');
      const running = call('run', {});
      await arrived;
      scripted.dropConnections();
      expect(await running).toMatchObject({ data: { error: expect.any(String) as string }, headers: null });
    });

    it('have their documents fetched twenty at a time', async () => {
      const open = deferred<void>();
      let [running, most] = [0, 0];
      scripted.script = async () => {
        most = Math.max(most, ++running);
        await open.promise;
        running -= 1;
        return { json: document };
      };
      const saving = save(
        ...Array.from({ length: 50 }, (_, n) => connection({ url: scripted.url, path: `${n}.json`, info: {} })),
      );
      await eventually(async () => (running >= 20 ? true : undefined));
      open.resolve();
      expect((await saving).status).toBe(200);
      expect(most).toBe(20);
      expect(await listFor(principalOf(user))).toHaveLength(50);
    });

    it('keep their last document', async () => {
      await answering({ json: {} });
      scripted.script = () => ({ status: 500, text: 'down' });
      await save(connection({ url: scripted.url }));
      expect(await listFor(principalOf(user))).toMatchObject([{ id: 'server:lab' }]);
    });
  });

  it('come from a document in the settings', async () => {
    const spec = 'openapi: 3.0.0\npaths:\n  /plain:\n    get: { operationId: from_settings }';
    await save(lab({ spec_type: 'json', spec }));
    expect(await call('from_settings', {})).toMatchObject({ data: 'plain text' });
  });
});

/** A YAML text whose references make it 9^12 items. */
function growing(): string {
  const lines = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`);
  return ['a0: &a0 [x]', ...lines].join('\n');
}
