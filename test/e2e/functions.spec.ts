/** @services */
import { DataSource } from 'typeorm';
import { ClientGoneError } from '../../src/common/errors/app-error';
import { Detail, errorDetail } from '../../src/common/errors/details';
import type { JsonObject } from '../../src/common/util/json';
import { FunctionDetail } from '../../src/modules/functions/functions.errors';
import { FunctionsService } from '../../src/modules/functions/functions.service';
import { ProvidersService } from '../../src/modules/providers/providers.service';
import { SandboxError } from '../../src/modules/sandbox/sandbox.types';
import { SourceDetail } from '../../src/modules/sandbox/source/source.errors';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { eventually } from '../support/eventually';
import { FakeSandbox, fakeSource, valvesOf, type FakeSource } from '../support/fakes/sandbox';
import { api, type Answer, type Api } from '../support/http';
import { queriesOf } from '../support/query-counter';

const ROOT = '/api/v1/functions';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const never = new AbortController().signal;

describe('/api/v1/functions', () => {
  let app: TestApp;
  let sandbox: FakeSandbox;
  let admin: TestUser;
  let user: TestUser;
  let count = 0;

  const formOf = (id: string, source: FakeSource = {}) => ({
    ...{ id, name: `Name of ${id}`, content: fakeSource(source), meta: { description: 'd' } },
  });
  const post = (id: string, path: string, body: unknown = {}) => admin.api.post(`${ROOT}/id/${id}/${path}`, body);
  const get = async (id: string) => (await admin.api.get(`${ROOT}/id/${id}`)).body;

  async function createFunction(source: FakeSource = {}, { isActive = false, isGlobal = false } = {}): Promise<string> {
    const id = `function_${++count}`;
    expect(await admin.api.post(`${ROOT}/create`, formOf(id, source))).toMatchObject({ status: 200 });
    if (isActive) await post(id, 'toggle');
    if (isGlobal) await post(id, 'toggle/global');
    return id;
  }

  beforeAll(async () => {
    app = await startTestApp();
    sandbox = new FakeSandbox(app);
    admin = await asUser(app, 'admin');
    user = await asUser(app);
  });
  afterAll(() => app.close());
  afterEach(async () => {
    await admin.api.post(`${ROOT}/sync`, { functions: [] });
    sandbox.onCall = () => ({ kind: 'value', value: null });
  });

  const own: [string, (client: Api) => Promise<Answer>][] = [
    ['GET /', (client) => client.get(`${ROOT}/`)],
    ['GET /id/{id}/valves/user', (client) => client.get(`${ROOT}/id/any/valves/user`)],
    ['GET /id/{id}/valves/user/spec', (client) => client.get(`${ROOT}/id/any/valves/user/spec`)],
    ['POST /id/{id}/valves/user/update', (client) => client.post(`${ROOT}/id/any/valves/user/update`, {})],
  ];
  const administrative: typeof own = [
    ['GET /list', (client) => client.get(`${ROOT}/list`)],
    ['GET /export', (client) => client.get(`${ROOT}/export?include_valves=true`)],
    ['POST /load/url', (client) => client.post(`${ROOT}/load/url`, { url: 'http://a.example/x.py' })],
    ['POST /sync', (client) => client.post(`${ROOT}/sync`, { functions: [] })],
    ['POST /create', (client) => client.post(`${ROOT}/create`, formOf('mine'))],
    ['GET /id/{id}', (client) => client.get(`${ROOT}/id/any`)],
    ['POST /id/{id}/toggle', (client) => client.post(`${ROOT}/id/any/toggle`)],
    ['POST /id/{id}/toggle/global', (client) => client.post(`${ROOT}/id/any/toggle/global`)],
    ['POST /id/{id}/update', (client) => client.post(`${ROOT}/id/any/update`, formOf('any'))],
    ['DELETE /id/{id}/delete', (client) => client.delete(`${ROOT}/id/any/delete`)],
    ['GET /id/{id}/valves', (client) => client.get(`${ROOT}/id/any/valves`)],
    ['GET /id/{id}/valves/spec', (client) => client.get(`${ROOT}/id/any/valves/spec`)],
    ['POST /id/{id}/valves/update', (client) => client.post(`${ROOT}/id/any/valves/update`, {})],
  ];

  it.each([...own, ...administrative])('%s requires credentials of a verified account', async (_, send) => {
    expect(await send(api(app.url))).toMatchObject(refusal(401, Detail.notAuthenticated));
    const pending = await asUser(app, 'pending');
    expect(await send(pending.api)).toMatchObject(refusal(401, Detail.accessProhibited));
  });

  it.each(administrative)('%s is for administrators, and changes nothing for others', async (_, send) => {
    const id = await createFunction({}, { isActive: true });
    expect(await send(user.api)).toMatchObject(refusal(401, Detail.accessProhibited));
    const { body } = await admin.api.get(`${ROOT}/`);
    expect(body).toMatchObject([{ id, is_active: true, is_global: false }]);
  });

  describe('lists', () => {
    it('have what each needs, newest change first', async () => {
      const source = { userValves: valvesOf('U', { a: 'string' }) };
      const [a, b] = [await createFunction(source), await createFunction()];
      await app.get(DataSource).query(`UPDATE "function" SET updated_at = substring(id FROM '[0-9]+')::int`);
      const { body: listed } = await user.api.get(`${ROOT}/`);
      expect(listed.map(({ id }: { id: string }) => id)).toEqual([b, a]);
      expect(Object.keys(listed[0])).toEqual([
        'id',
        'user_id',
        'type',
        'name',
        'meta',
        'is_active',
        'is_global',
        'updated_at',
        'created_at',
      ]);
      const { body: whole } = await admin.api.get(`${ROOT}/list`);
      expect(whole[0]).toMatchObject({ id: b, content: fakeSource({}) });
      expect(whole[0].user).toEqual({ id: admin.id, name: admin.name, role: 'admin', email: admin.email });
    });

    it('need no sandbox, and a constant number of queries', async () => {
      await createFunction();
      const described = sandbox.described.length;
      const list = () => queriesOf(app.get(DataSource), () => user.api.get(`${ROOT}/`));
      await list();
      const before = (await list()).length;
      for (let index = 0; index < 5; index++) await createFunction();
      expect((await list()).length).toBe(before);
      expect(sandbox.described.length).toBe(described + 5);
    });
  });

  describe('POST /create', () => {
    it('stores an inactive function with the type of its source, the manifest and extra keys', async () => {
      const content = fakeSource({ kind: 'pipe' }, { title: 'Kit' });
      const meta = { description: 'd', manifest: { x: 1 }, extra: 'kept' };
      const { status, body } = await admin.api.post(`${ROOT}/create`, { id: 'Shout', name: 'Shout', content, meta });
      expect(status).toBe(200);
      expect(body).toEqual({
        ...{ id: 'shout', user_id: admin.id, type: 'pipe', name: 'Shout', is_active: false, is_global: false },
        meta: { description: 'd', manifest: { title: 'Kit' }, extra: 'kept' },
        ...{ updated_at: expect.any(Number), created_at: expect.any(Number) },
      });
      expect(await get('shout')).toMatchObject({ content });
    });

    it('refuses ids and sources as clients know it', async () => {
      const create = (id: string, source: FakeSource = {}) => admin.api.post(`${ROOT}/create`, formOf(id, source));
      expect(await create('a-b')).toMatchObject(refusal(400, SourceDetail.idInvalid));
      const id = await createFunction();
      expect(await create(id.toUpperCase())).toMatchObject(refusal(400, SourceDetail.idTaken));
      expect(await create('x', { kind: 'tools' })).toMatchObject(
        refusal(400, errorDetail('No Function class found in the module')),
      );
      expect(await create('x', { fails: 'boom' })).toMatchObject(refusal(400, errorDetail('boom')));
      expect((await admin.api.post(`${ROOT}/create`, { id: 'x' })).body.detail).toHaveLength(3);
    });
  });

  describe('POST /id/{id}/update', () => {
    it('derives the type again and replaces meta; the toggle of a filter shows from then on', async () => {
      const id = await createFunction({ kind: 'pipe' }, { isActive: true });
      const change = {
        ...formOf('ignored', { kind: 'filter', toggle: true }),
        meta: { description: 'new', toggle: false },
      };
      const { body } = await post(id, 'update', change);
      expect(body).toMatchObject({ id, type: 'filter', name: 'Name of ignored', is_active: true });
      expect(body.meta).toEqual({ description: 'new', manifest: {} });
      expect((await get(id)).meta).toEqual({ description: 'new', manifest: {}, toggle: true });
      await post(id, 'update', { ...formOf('x', { kind: 'filter' }), meta: (await get(id)).meta });
      expect((await get(id)).meta).not.toHaveProperty('toggle');
    });

    it('makes the function inactive when the source does not load, and keeps the old one', async () => {
      const id = await createFunction({ mark: 1 }, { isActive: true });
      expect(await post(id, 'update', formOf('x', { fails: 'no' }))).toMatchObject(refusal(400, errorDetail('no')));
      expect(await get(id)).toMatchObject({ is_active: false, content: fakeSource({ mark: 1 }) });
    });

    it('leaves it active when no sandbox is free', async () => {
      const id = await createFunction({}, { isActive: true });
      const busy = formOf('x', { fails: 'busy', failure: 'busy' });
      expect((await post(id, 'update', busy)).status).toBe(503);
      expect(await get(id)).toMatchObject({ is_active: true });
    });

    it('ends the loading with the request, and leaves the function as it was', async () => {
      const id = await createFunction({ mark: 1 }, { isActive: true });
      const leave = new AbortController();
      const ended = new Promise<unknown>((resolve) => {
        sandbox.onDescribe = (signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              resolve(signal.reason);
              reject(signal.reason as Error);
            });
            leave.abort();
          });
      });
      const request = admin.api.post(`${ROOT}/id/${id}/update`, formOf('x', { mark: 2 }), { signal: leave.signal });
      await expect(request).rejects.toThrow();
      expect(await ended).toBeInstanceOf(ClientGoneError);
      sandbox.onDescribe = () => Promise.resolve();
      expect(await get(id)).toMatchObject({ is_active: true, content: fakeSource({ mark: 1 }) });
    });

    it('refuses an unknown id as clients know it', async () => {
      expect(await post('nope', 'update', formOf('nope'))).toMatchObject(refusal(400, FunctionDetail.updateFailed));
    });
  });

  it('unknown ids are 401 with the text for missing rows; deleting them is no error', async () => {
    for (const path of ['toggle', 'toggle/global', 'valves/update', 'valves/user/update'])
      expect(await post('nope', path)).toMatchObject(refusal(401, Detail.notFound));
    for (const path of ['', '/valves', '/valves/spec', '/valves/user', '/valves/user/spec'])
      expect(await admin.api.get(`${ROOT}/id/nope${path}`)).toMatchObject(refusal(401, Detail.notFound));
    expect((await admin.api.delete(`${ROOT}/id/nope/delete`)).body).toBe(true);
  });

  it('switches flip, also when they are flipped at once', async () => {
    const id = await createFunction();
    expect((await post(id, 'toggle')).body).toMatchObject({ is_active: true, is_global: false });
    expect((await post(id, 'toggle/global')).body).toMatchObject({ is_active: true, is_global: true });
    await Promise.all(Array.from({ length: 5 }, () => post(id, 'toggle')));
    expect(await get(id)).toMatchObject({ is_active: false, is_global: true });
  });

  describe('valves', () => {
    const schemas = { valves: valvesOf('V', { priority: 'integer' }), userValves: valvesOf('U', { loud: 'string' }) };

    it('are replaced, encrypted, and exported only when that is requested', async () => {
      const id = await createFunction(schemas);
      expect((await admin.api.get(`${ROOT}/id/${id}/valves/spec`)).body).toEqual(schemas.valves);
      expect((await post(id, 'valves/update', { priority: '5', x: 1, y: null })).body).toEqual({ priority: 5 });
      expect((await admin.api.get(`${ROOT}/id/${id}/valves`)).body).toEqual({ priority: 5 });
      expect(await post(id, 'valves/update', { priority: 'high' })).toMatchObject({ status: 400 });
      const [row] = await app.get(DataSource).query('SELECT valves FROM "function"');
      expect(row.valves).toMatch(/^v1\./);
      expect((await admin.api.get(`${ROOT}/export`)).body[0]).not.toHaveProperty('valves');
      const exported = (path: string) => admin.api.get(`${ROOT}/export?include_valves=${path}`);
      expect((await exported('true')).body).toMatchObject([{ id, valves: { priority: 5 } }]);
      expect(await exported('x')).toMatchObject({ status: 422, body: { detail: [{ type: 'bool_parsing' }] } });
    });

    it('are not in the audit log', async () => {
      const secret = valvesOf('V', { note: 'string' });
      const id = await createFunction({ valves: secret });
      await post(id, 'valves/update', { note: 'hidden-value' });
      const { body: exported } = await admin.api.get(`${ROOT}/export?include_valves=true`);
      await admin.api.post(`${ROOT}/sync`, { functions: exported });
      const actions = [`POST ${ROOT}/id/:id/valves/update`, `POST ${ROOT}/sync`];
      const entries = await eventually(async () => {
        const { body } = await admin.api.get('/api/v1/audit/');
        const found = (body.entries as JsonObject[]).filter(({ action }) => actions.includes(String(action)));
        return actions.every((action) => found.some((entry) => entry.action === action)) ? found : undefined;
      });
      expect(JSON.stringify(entries)).not.toContain('hidden-value');
    });

    it('of users are their own, and go with the function', async () => {
      const [id, kept] = [await createFunction(schemas), await createFunction(schemas)];
      const set = (target: string) => user.api.post(`${ROOT}/id/${target}/valves/user/update`, { loud: 'no', nope: 1 });
      for (const target of [id, kept]) expect((await set(target)).body).toEqual({ loud: 'no' });
      expect((await user.api.get(`${ROOT}/id/${id}/valves/user`)).body).toEqual({ loud: 'no' });
      expect((await admin.api.get(`${ROOT}/id/${id}/valves/user`)).body).toEqual({});
      await admin.api.delete(`${ROOT}/id/${id}/delete`);
      const { body } = await user.api.get('/api/v1/users/user/settings');
      expect(body.functions.valves).toEqual({ [kept]: { loud: 'no' } });
    });

    it('are missing for a source without them', async () => {
      const id = await createFunction();
      expect((await admin.api.get(`${ROOT}/id/${id}/valves/spec`)).body).toBeNull();
      expect((await user.api.get(`${ROOT}/id/${id}/valves/user/spec`)).body).toBeNull();
      expect(await post(id, 'valves/update')).toMatchObject(refusal(401, Detail.notFound));
      expect(await post(id, 'valves/user/update')).toMatchObject(refusal(401, Detail.notFound));
    });
  });

  describe('POST /sync', () => {
    const syncedOf = (id: string, source: FakeSource = {}, change: object = {}) => ({
      ...formOf(id, source),
      ...{ user_id: 'another-user', type: 'filter', created_at: 5, updated_at: 6, is_active: true, ...change },
    });
    const sync = (...functions: object[]) => admin.api.post(`${ROOT}/sync`, { functions });

    it('replaces all functions; the administrator owns them', async () => {
      const [id, gone] = [await createFunction(), await createFunction()];
      const schema = { valves: valvesOf('V', { priority: 'integer' }) };
      const meta = { description: 'x', manifest: { title: 'As sent' }, extra: 1 };
      const { status, body } = await sync(
        syncedOf(id, schema, { valves: { priority: '9' }, meta }),
        syncedOf('fresh', { kind: 'pipe' }, { is_active: false }),
      );
      expect(status).toBe(200);
      expect(body).toMatchObject([
        { id, meta, type: 'filter', valves: null, is_active: true, user_id: admin.id, created_at: 5 },
        { id: 'fresh', type: 'pipe', is_active: false },
      ]);
      expect(body[0].updated_at).toBeGreaterThan(6);
      expect((await admin.api.get(`${ROOT}/id/${id}/valves`)).body).toEqual({ priority: 9 });
      expect(await admin.api.get(`${ROOT}/id/${gone}`)).toMatchObject({ status: 401 });
    });

    it.each<[string, object[]]>([
      ['a source that does not load', [syncedOf('a'), syncedOf('b', { fails: 'no' })]],
      ['invalid valves', [syncedOf('a', { valves: valvesOf('V', { n: 'integer' }) }, { valves: { n: 'z' } })]],
      ['an id that is none', [syncedOf('a'), syncedOf('b-c')]],
      ['two of one id', [syncedOf('a'), syncedOf('A')]],
    ])('changes nothing for %s', async (_, functions) => {
      const id = await createFunction();
      expect((await sync(...functions)).status).toBe(400);
      expect((await admin.api.get(`${ROOT}/`)).body).toMatchObject([{ id }]);
    });

    it('deletes all functions without a list', async () => {
      await createFunction();
      expect(await admin.api.post(`${ROOT}/sync`, {})).toMatchObject({ status: 200, body: [] });
      expect((await admin.api.get(`${ROOT}/`)).body).toEqual([]);
    });

    it('is atomic: of several at once, beside other changes, one is the result', async () => {
      const schema = { userValves: valvesOf('U', { loud: 'string' }) };
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      const users = [user, await asUser(app)];
      const setValves = (id: string, { api: client }: TestUser) =>
        client.post(`${ROOT}/id/${id}/valves/user/update`, { loud: 'yes' });
      for (let round = 0; round < 4; round++) {
        await sync(...names.map((name) => syncedOf(name, schema)));
        for (const name of names) await Promise.all(users.map((each) => setValves(name, each)));
        const lists = [names, names.toReversed(), ['f', 'a'], ['c', 'd', 'b'], ['d', 'c', 'g']];
        const marked = lists.map((ids, mark) => ids.map((id) => syncedOf(id, { ...schema, mark })));
        const statuses = await Promise.all([
          ...marked.map((functions) => sync(...functions).then(({ status }) => status)),
          ...names.map((id) => post(id, 'toggle').then(({ status }) => (status === 401 ? 200 : status))),
          admin.api.delete(`${ROOT}/id/z/delete`).then(({ status }) => status),
          admin.api.delete(`${ROOT}/id/e/delete`).then(({ status }) => status),
        ]);
        expect(new Set(statuses)).toEqual(new Set([200]));
        const { body: left } = (await admin.api.get(`${ROOT}/export`)) as { body: { id: string; content: string }[] };
        const contents = new Map(left.map(({ id, content }) => [id, content]));
        const without = (ids: string[]) => ids.filter((id) => id !== 'e').toSorted();
        const winner = marked.find(([first]) => first && contents.get(first.id) === first.content);
        expect(without([...contents.keys()])).toEqual(without(winner!.map(({ id }) => id)));
      }
    });

    it('needs whole rows', async () => {
      expect(await sync({ id: 'x' })).toMatchObject({ status: 422 });
      expect(await admin.api.post(`${ROOT}/sync`, { functions: {} })).toMatchObject({ status: 422 });
    });
  });

  it('stay when the account of their owner is deleted: the administrator who deletes it gets them', async () => {
    const gone = await asUser(app, 'admin');
    await gone.api.post(`${ROOT}/create`, formOf('left'));
    expect((await admin.api.delete(`/api/v1/users/${gone.id}`)).body).toBe(true);
    expect(await get('left')).toMatchObject({ user_id: admin.id });
  });

  describe('in completions', () => {
    const service = () => app.get(FunctionsService);

    it('are the active ones by ascending priority, stored or of the source', async () => {
      const valves = valvesOf('V', { priority: 'integer' });
      const late = await createFunction({ valves, valveDefaults: { priority: 5 } }, { isActive: true });
      const early = await createFunction({ valves }, { isActive: true });
      const middle = await createFunction({ valves, mark: 1 }, { isActive: true });
      const off = await createFunction();
      await post(middle, 'valves/update', { priority: 2 });
      const ids = [off, late, middle, 'unknown', early];
      expect((await service().load(ids, user)).map(({ row }) => row.id)).toEqual([early, middle, late]);
      expect((await service().listActive('filter')).map(({ id }) => id)).toEqual([early, middle, late]);
    });

    it('run with valves and the user, without further queries', async () => {
      const schemas = { valves: valvesOf('V', { key: 'string' }), userValves: valvesOf('U', { loud: 'string' }) };
      const id = await createFunction(schemas, { isActive: true });
      await post(id, 'valves/update', { key: 'k' });
      await user.api.post(`${ROOT}/id/${id}/valves/user/update`, { loud: 'no' });
      const [target] = await service().load([id], user);
      const queries = await queriesOf(app.get(DataSource), () =>
        service().run(target!, { method: 'inlet', positional: [{ a: 1 }], injected: { __metadata__: {} } }, never),
      );
      expect(queries).toEqual([]);
      expect(sandbox.calls.at(-1)).toMatchObject({
        ...{ method: 'inlet', positional: [{ a: 1 }], valves: { key: 'k' }, userValves: { loud: 'no' } },
        injected: { __user__: { id: user.id, role: 'user' }, __id__: id, __metadata__: {} },
      });
    });

    it('become inactive when they do not load any more, but not for what they raise', async () => {
      const id = await createFunction({}, { isActive: true });
      const run = async (failure: SandboxError) => {
        sandbox.onCall = () => Promise.reject(failure);
        const [target] = await service().load([id]);
        await expect(service().run(target!, { method: 'inlet', positional: [] }, never)).rejects.toBe(failure);
        return (await get(id)).is_active;
      };
      expect(await run(new SandboxError('raised', 'x'))).toBe(true);
      expect(await run(new SandboxError('busy', 'x'))).toBe(true);
      expect(await run(new SandboxError('source', 'x'))).toBe(false);
    });

    it('stay active when they were repaired while the broken source ran', async () => {
      const id = await createFunction({}, { isActive: true });
      const [target] = await service().load([id]);
      await post(id, 'update', formOf('x', { mark: 2 }));
      sandbox.onCall = () => Promise.reject(new SandboxError('source', 'x'));
      await expect(service().run(target!, { method: 'inlet', positional: [] }, never)).rejects.toThrow('x');
      expect((await get(id)).is_active).toBe(true);
    });
  });

  describe('as models', () => {
    const listed = async (query = '') => (await admin.api.get(`/api/models${query}`)).body.data as JsonObject[];
    const modelOf = async (id: string) => (await listed()).find((model) => model.id === id);

    it('are active pipes, first in the list', async () => {
      const id = await createFunction({ kind: 'pipe', handlers: ['pipe'], userValves: valvesOf('U', {}) });
      expect(await modelOf(id)).toBeUndefined();
      await post(id, 'toggle');
      expect(await modelOf(id)).toEqual({
        ...{ id, name: `Name of ${id}`, object: 'model', created: expect.any(Number), owned_by: 'openai' },
        ...{ pipe: { type: 'pipe' }, has_user_valves: true, actions: [], filters: [], tags: [] },
      });
      expect((await user.api.get('/api/models')).body.data).toEqual([]);
      await post(id, 'toggle');
      expect(await modelOf(id)).toBeUndefined();
    });

    it('of a manifold are what it lists, with its valves; the list is cached until the function changes', async () => {
      const valves = valvesOf('V', { key: 'string' });
      const source: FakeSource = { kind: 'pipe', handlers: ['pipe', 'pipes'], name: 'lab/', valves };
      let models: unknown = [{ id: 'one', name: 'One' }, { id: 2 }, 'odd', { name: 'no id' }];
      sandbox.onCall = ({ method }) => ({ kind: 'value', value: method === 'pipes' ? models : null });
      const id = await createFunction(source, { isActive: true });
      const names = async (query?: string) =>
        (await listed(query)).filter((model) => String(model.id).startsWith(id)).map((model) => [model.id, model.name]);
      expect(await names('?refresh=true')).toEqual([
        [`${id}.one`, 'lab/One'],
        [`${id}.2`, 'lab/2'],
      ]);
      models = [{ id: 'new', name: 'New' }];
      const calls = sandbox.calls.length;
      expect(await names()).toHaveLength(2);
      expect(sandbox.calls).toHaveLength(calls);
      expect(await app.get(ProvidersService).listModels()).toBe(await app.get(ProvidersService).listModels());
      await post(id, 'valves/update', { key: 'k' });
      expect(await names('?refresh=true')).toEqual([[`${id}.new`, 'lab/New']]);
      expect(sandbox.calls.at(-1)).toMatchObject({ method: 'pipes', valves: { key: 'k' } });
    });

    it('of a manifold that fails are left out, and the others listed', async () => {
      sandbox.onCall = () => Promise.reject(new SandboxError('raised', 'no network'));
      const broken = await createFunction({ kind: 'pipe', handlers: ['pipe', 'pipes'] }, { isActive: true });
      const good = await createFunction({ kind: 'pipe', handlers: ['pipe'] }, { isActive: true });
      const pipes = (await listed('?refresh=true')).filter(({ pipe }) => pipe);
      expect(pipes.map(({ id }) => id)).toEqual([good]);
      expect((await get(broken)).is_active).toBe(true);
    });

    it('reply to completions, whole and streamed', async () => {
      const id = await createFunction({ kind: 'pipe', handlers: ['pipe'] }, { isActive: true });
      sandbox.onCall = ({ positional: [body] = [] }) => ({
        kind: 'value',
        value: `${(body as JsonObject).model as string} heard you`,
      });
      const request = { model: id, messages: [{ role: 'user', content: 'hi' }] };
      const { body } = await admin.api.post('/api/chat/completions', { ...request, stream: false });
      expect(body).toMatchObject({ model: id, choices: [{ message: { content: `${id} heard you` } }] });
      const streamed = await admin.api.post('/api/chat/completions', { ...request, stream: true });
      expect(streamed.body).toMatch(
        /"content":"function_\d+ heard you"[^]*"finish_reason":"stop"[^]*data: \[DONE\]\n\n$/,
      );
      expect(sandbox.calls.at(-1)?.injected).toMatchObject({ __user__: { id: admin.id } });
      expect(await user.api.post('/api/chat/completions', request)).toMatchObject({ status: 400 });
    });

    it('answer with the text of a failure', async () => {
      const id = await createFunction({ kind: 'pipe', handlers: ['pipe'] }, { isActive: true });
      sandbox.onCall = () => Promise.reject(new SandboxError('raised', 'quota exceeded'));
      const request = { model: id, messages: [{ role: 'user', content: 'hi' }], stream: false };
      const answer = await admin.api.post('/api/chat/completions', request);
      expect(answer).toMatchObject({ status: 500 });
      expect(JSON.stringify(answer.body)).toContain('quota exceeded');
    });
  });

  describe('in the list of models', () => {
    const model = async () => {
      const { body } = await admin.api.get('/api/models');
      return body.data.find(({ name }: JsonObject) => name === 'Shown');
    };

    it('are buttons and toggles: global ones, and those of the model', async () => {
      const pipe = await createFunction({ kind: 'pipe', handlers: ['pipe'] }, { isActive: true });
      const sub: FakeSource = {
        kind: 'action',
        icon: 'data:own',
        actions: [{ id: 'up', name: 'Up', icon_url: 'data:up' }, { id: 'down' }],
      };
      const split = await createFunction(sub, { isActive: true, isGlobal: true });
      const plain = await createFunction({ kind: 'action' }, { isActive: true });
      const off = await createFunction({ kind: 'action' }, { isGlobal: true });
      const toggle = await createFunction(
        { kind: 'filter', toggle: true, userValves: valvesOf('U', {}) },
        { isActive: true },
      );
      const silent = await createFunction({ kind: 'filter' }, { isActive: true, isGlobal: true });
      const meta = { actionIds: [plain, off, 'unknown'], filterIds: [toggle, silent] };
      await admin.api.post('/api/v1/models/create', { id: pipe, name: 'Shown', params: {}, meta });
      const description = 'd';
      expect(await model()).toMatchObject({
        actions: [
          { id: `${split}.up`, name: 'Up', description, icon: 'data:up' },
          { id: `${split}.down`, name: `Name of ${split} (down)`, description, icon: 'data:own' },
          { id: plain, name: `Name of ${plain}`, description, icon: null },
        ],
        filters: [{ id: toggle, name: `Name of ${toggle}`, description, icon: null, has_user_valves: true }],
      });
      await admin.api.delete(`${ROOT}/id/${plain}/delete`);
      const row = async () => (await admin.api.get(`/api/v1/models/model?id=${pipe}`)).body.meta.actionIds;
      const left = await eventually(async () => {
        const ids: unknown[] = await row();
        return ids.includes(plain) ? undefined : ids;
      });
      expect(left).toEqual([off, 'unknown']);
    });

    it('take no further queries, however many there are', async () => {
      const list = () => queriesOf(app.get(DataSource), () => admin.api.get('/api/models'));
      await createFunction({ kind: 'action' }, { isActive: true, isGlobal: true });
      await list();
      const before = (await list()).length;
      for (let index = 0; index < 5; index++)
        await createFunction({ kind: 'action', mark: index }, { isActive: true, isGlobal: true });
      await list();
      expect((await list()).length).toBe(before);
    });
  });
});
