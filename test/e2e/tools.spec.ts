/** @services */
import { DataSource } from 'typeorm';
import { Detail, errorDetail } from '../../src/common/errors/details';
import { SourceDetail } from '../../src/modules/sandbox/source/source.errors';
import { SourceSettings } from '../../src/modules/sandbox/source/source.settings';
import { ToolListsService } from '../../src/modules/tools/tool-lists.service';
import { ToolsService } from '../../src/modules/tools/tools.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, principalOf, type TestUser } from '../support/as-user';
import { createGroup } from '../support/factories/groups';
import { FakeSandbox, fakeSource, valvesOf, type FakeSource } from '../support/fakes/sandbox';
import type { Answer as PeerAnswer } from '../support/fakes/fake-server';
import { ScriptedServer } from '../support/fakes/scripted-server';
import { api, type Answer, type Api } from '../support/http';
import { queriesOf } from '../support/query-counter';

const ROOT = '/api/v1/tools';
const none = { group_ids: [], user_ids: [] };
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const idsOf = ({ body }: Answer<{ id: string }[]>) => body.map(({ id }) => id);
const spec = (name: string, properties: object = {}) => ({
  ...{ name, description: `Does ${name}.` },
  parameters: { properties, type: 'object' },
});

describe('/api/v1/tools', () => {
  let app: TestApp;
  let sandbox: FakeSandbox;
  let admin: TestUser;
  /** Holds `workspace.tools` and may share. */
  let author: TestUser;
  let reader: TestUser;
  /** Member of `group`. */
  let member: TestUser;
  let group: string;
  let count = 0;

  const formOf = (id: string, source: FakeSource = {}, access_control: object | null = {}) => ({
    ...{ id, name: `Name of ${id}`, content: fakeSource(source), meta: { description: 'd' } },
    access_control,
  });

  /** A tool of the author; private by default. */
  async function createTool(
    access_control: object | null = {},
    source: FakeSource = {},
    owner = author,
  ): Promise<string> {
    const id = `tool_${++count}`;
    expect(await owner.api.post(`${ROOT}/create`, formOf(id, source, access_control))).toMatchObject({ status: 200 });
    return id;
  }
  const readers = (...users: TestUser[]) => ({ read: { user_ids: users.map(({ id }) => id) } });
  const writers = (...users: TestUser[]) => ({ write: { user_ids: users.map(({ id }) => id) } });

  beforeAll(async () => {
    app = await startTestApp();
    sandbox = new FakeSandbox(app);
    admin = await asUser(app, 'admin');
    [author, reader, member] = await Promise.all([asUser(app), asUser(app), asUser(app)]);
    await createGroup(admin, [author], {
      workspace: { tools: true, tools_export: true },
      sharing: { tools: true, public_tools: true },
    });
    group = await createGroup(admin, [member]);
  });
  afterAll(() => app.close());

  const routes: [string, (client: Api) => Promise<Answer>][] = [
    ['GET /', (client) => client.get(`${ROOT}/`)],
    ['GET /list', (client) => client.get(`${ROOT}/list`)],
    ['GET /export', (client) => client.get(`${ROOT}/export`)],
    ['POST /load/url', (client) => client.post(`${ROOT}/load/url`, {})],
    ['POST /create', (client) => client.post(`${ROOT}/create`, {})],
    ['GET /id/{id}', (client) => client.get(`${ROOT}/id/any`)],
    ['POST /id/{id}/update', (client) => client.post(`${ROOT}/id/any/update`, {})],
    ['DELETE /id/{id}/delete', (client) => client.delete(`${ROOT}/id/any/delete`)],
    ['GET /id/{id}/valves', (client) => client.get(`${ROOT}/id/any/valves`)],
    ['GET /id/{id}/valves/spec', (client) => client.get(`${ROOT}/id/any/valves/spec`)],
    ['POST /id/{id}/valves/update', (client) => client.post(`${ROOT}/id/any/valves/update`, {})],
    ['GET /id/{id}/valves/user', (client) => client.get(`${ROOT}/id/any/valves/user`)],
    ['GET /id/{id}/valves/user/spec', (client) => client.get(`${ROOT}/id/any/valves/user/spec`)],
    ['POST /id/{id}/valves/user/update', (client) => client.post(`${ROOT}/id/any/valves/user/update`, {})],
  ];

  it.each(routes)('%s requires credentials of a verified account', async (_, send) => {
    expect(await send(api(app.url))).toMatchObject(refusal(401, Detail.notAuthenticated));
    const pending = await asUser(app, 'pending');
    expect(await send(pending.api)).toMatchObject(refusal(401, Detail.accessProhibited));
  });

  it.each(routes.filter(([name]) => name.includes('{id}') && !name.endsWith('/update')))(
    '%s finds no tool of an unknown id',
    async (_, send) => {
      for (const user of [admin, author]) expect(await send(user.api)).toMatchObject(refusal(401, Detail.notFound));
    },
  );

  describe('GET /', () => {
    it('lists own, granted and public tools with what clients need, newest change first', async () => {
      const user = await asUser(app);
      const own = await createTool({}, { userValves: valvesOf('UserValves', { a: 'string' }) });
      const published = await createTool(null, {}, admin);
      const granted = await createTool(readers(user));
      const writable = await createTool(writers(user));
      await app.get(DataSource).query(`UPDATE tool SET updated_at = substring(id FROM '[0-9]+')::int`);

      expect(idsOf(await user.api.get(`${ROOT}/`)).slice(0, 2)).toEqual([granted, published]);
      expect(idsOf(await user.api.get(`${ROOT}/`))).not.toContain(writable);
      const { body } = await author.api.get(`${ROOT}/`);
      const listed = body.find(({ id }: { id: string }) => id === own);
      expect(listed).toEqual({
        ...{ id: own, user_id: author.id, name: `Name of ${own}`, meta: { description: 'd', manifest: {} } },
        ...{ access_control: {}, updated_at: expect.any(Number), created_at: expect.any(Number) },
        user: { id: author.id, name: author.name, role: 'user', email: author.email },
        has_user_valves: true,
      });
      expect(idsOf(await admin.api.get(ROOT))).toEqual(expect.arrayContaining([own, published, granted, writable]));
    });

    it('takes as many queries for many tools as for few, and no sandbox', async () => {
      const list = () => queriesOf(app.get(DataSource), () => author.api.get(`${ROOT}/`));
      await author.api.get(`${ROOT}/`);
      const before = [(await list()).length, sandbox.described.length, sandbox.calls.length];
      await app.get(DataSource).query(`
        INSERT INTO tool (id, user_id, name, content, specs, meta, definition, created_at, updated_at)
        SELECT 'many_' || n, '${author.id}', 'n', repeat('x', 1000), '[]', '{"description": null, "manifest": {}}', '{}', 1, 1
        FROM generate_series(1, 10000) AS n`);
      expect([(await list()).length, sandbox.described.length, sandbox.calls.length]).toEqual(before);
      expect((await author.api.get(`${ROOT}/`)).body.length).toBeGreaterThan(10_000);
      await app.get(DataSource).query(`DELETE FROM tool WHERE id LIKE 'many_%'`);
    });

    it('goes on without the source of a list that fails', async () => {
      const id = await createTool();
      const lists = app.get(ToolListsService) as unknown as { sources: object[] };
      lists.sources.push({ list: () => Promise.reject(new Error('broken')) });
      const entry = { id: 'server:x', name: 'X', description: 'x', access_control: null };
      lists.sources.push({ list: () => Promise.resolve([entry]) });
      const { status, body } = await author.api.get(`${ROOT}/`);
      lists.sources.splice(-2);
      expect(status).toBe(200);
      expect(body.some((tool: { id: string }) => tool.id === id)).toBe(true);
      expect(body.at(-1)).toEqual({
        ...{ id: 'server:x', user_id: 'server:x', name: 'X', meta: { description: 'x', manifest: {} } },
        ...{ access_control: null, updated_at: expect.any(Number), created_at: expect.any(Number), user: null },
      });
    });
  });

  describe('GET /list', () => {
    it('lists what the user may change, without what only chats need', async () => {
      const user = await asUser(app);
      const writable = await createTool({ write: { user_ids: [user.id], group_ids: [group] } });
      const readable = await createTool(readers(user));
      const { body } = await user.api.get(`${ROOT}/list`);
      expect(body).toHaveLength(1);
      expect(Object.keys(body[0])).toEqual([
        'id',
        'user_id',
        'name',
        'meta',
        'access_control',
        'updated_at',
        'created_at',
        'user',
      ]);
      expect(body[0]).toMatchObject({ id: writable, user: { email: author.email } });
      expect(idsOf(await member.api.get(`${ROOT}/list`))).toContain(writable);
      expect(idsOf(await admin.api.get(`${ROOT}/list`))).toEqual(expect.arrayContaining([writable, readable]));
    });
  });

  describe('GET /export', () => {
    it('needs the permission, and has sources of tools that the user may change only', async () => {
      const [own, published] = [await createTool(), await createTool(null, {}, admin)];
      expect(await reader.api.get(`${ROOT}/export`)).toMatchObject(refusal(401, Detail.unauthorized));
      const { body } = await author.api.get(`${ROOT}/export`);
      const exported = body.find(({ id }: { id: string }) => id === own);
      expect(exported).toMatchObject({ content: fakeSource({}), specs: [], access_control: {} });
      expect(exported).not.toHaveProperty('valves');
      expect(body.map(({ id }: { id: string }) => id)).not.toContain(published);
      expect(idsOf(await admin.api.get(`${ROOT}/export`))).toEqual(expect.arrayContaining([own, published]));
    });
  });

  describe('POST /load/url', () => {
    let peer: ScriptedServer;
    beforeAll(async () => (peer = await ScriptedServer.start()));
    afterAll(() => peer.close());
    beforeEach(() => (app.get(SourceSettings).is_local_fetch_enabled = true));
    afterEach(() => (app.get(SourceSettings).is_local_fetch_enabled = false));
    const load = (url: string, user = admin) => user.api.post(`${ROOT}/load/url`, { url });

    it('returns the text and a name', async () => {
      peer.script = () => ({ text: 'class Tools: pass' });
      expect((await load(`${peer.url}/dir/main.py`)).body).toEqual({ name: 'dir', content: 'class Tools: pass' });
      expect((await load(`${peer.url}/weather.py`)).body).toEqual({ name: 'weather', content: 'class Tools: pass' });
      expect(peer.lastRequest?.headers).not.toHaveProperty('authorization');
    });

    it.each<[string, PeerAnswer, string | RegExp]>([
      ['a missing file', { status: 404, text: 'no' }, '404: Failed to fetch the tool'],
      ['an empty file', { text: '' }, '400: No data received from the URL'],
      ['a redirect to no web address', { status: 302, headers: { location: 'ftp://a' }, text: '' }, /cannot be called/],
      ['a large file', { text: 'x'.repeat(4_000_001) }, /answered more than is taken/],
    ])('fails as clients know it for %s', async (_, answer, reason) => {
      peer.script = () => answer;
      const { status, body } = await load(`${peer.url}/x.py`);
      expect(status).toBe(500);
      expect(body.detail).toMatch(/^Error importing tool: /);
      expect(body.detail.slice('Error importing tool: '.length)).toMatch(reason);
    });

    it('reaches no private address, also by a redirect, and none of cloud metadata', async () => {
      peer.script = () => ({ status: 302, headers: { location: 'http://169.254.169.254/latest' }, text: '' });
      const metadata = await load(`${peer.url}/x.py`);
      app.get(SourceSettings).is_local_fetch_enabled = false;
      for (const url of [`${peer.url}/x.py`, 'http://[::ffff:127.0.0.1]/x.py', 'http://localhost/x.py'])
        expect(await load(url)).toMatchObject({
          status: 500,
          body: { detail: expect.stringMatching(/not on the public internet/) },
        });
      expect(metadata).toMatchObject({
        status: 500,
        body: { detail: expect.stringMatching(/not on the public internet/) },
      });
      expect(await load('http://user:secret@a.example/x.py')).toMatchObject({ status: 500 });
    });

    it('is for administrators, and takes web addresses only', async () => {
      expect(await load(`${peer.url}/x.py`, author)).toMatchObject(refusal(401, Detail.accessProhibited));
      for (const url of ['nope', '', 'file:///etc/passwd', 5])
        expect((await admin.api.post(`${ROOT}/load/url`, { url })).status).toBe(422);
    });
  });

  describe('POST /create', () => {
    it('stores what the source declares, with the manifest of its frontmatter and current imports', async () => {
      const content = `${fakeSource({ specs: [spec('b'), spec('a')] }, { title: 'Kit', version: '1.2' })}from utils import x\n`;
      const meta = { description: 'd', manifest: { will: 'be replaced' }, extra: 1 };
      const { status, body } = await author.api.post(`${ROOT}/create`, {
        id: 'Weather_Kit',
        name: 'Kit',
        content,
        meta,
      });
      expect(status).toBe(200);
      expect(Object.entries(body)).toEqual([
        ['id', 'weather_kit'],
        ['user_id', author.id],
        ['name', 'Kit'],
        ['meta', { description: 'd', manifest: { title: 'Kit', version: '1.2' } }],
        ['access_control', null],
        ['updated_at', expect.any(Number)],
        ['created_at', expect.any(Number)],
      ]);
      const { body: stored } = await author.api.get(`${ROOT}/id/weather_kit`);
      expect(stored.content).toBe(content.replace('from utils', 'from open_webui.utils'));
      expect(stored.specs).toEqual([spec('b'), spec('a')]);
    });

    it('limits requests of the source to the hosts of its frontmatter', async () => {
      const content = fakeSource({}, { allowed_hosts: 'a.example, b.example' });
      await author.api.post(`${ROOT}/create`, { ...formOf('hosts'), content });
      expect(sandbox.described.at(-1)?.allowedHosts).toEqual(['a.example', 'b.example']);
    });

    it.each(['bad-id', '1tool', '', 'a b', 'server:x'])('refuses the id %j', async (id) => {
      expect(await author.api.post(`${ROOT}/create`, formOf(id))).toMatchObject(refusal(400, SourceDetail.idInvalid));
    });

    it('accepts identifiers of other scripts, and those of objects', async () => {
      for (const id of ['größe', '__proto__', 'constructor'])
        expect(await author.api.post(`${ROOT}/create`, formOf(id))).toMatchObject({ status: 200, body: { id } });
      const path = `${ROOT}/id/${encodeURIComponent('größe')}/delete`;
      expect((await author.api.delete(path)).body).toBe(true);
    });

    it('refuses an id that is taken, also in other case and by a concurrent request', async () => {
      const id = await createTool();
      expect(await admin.api.post(`${ROOT}/create`, formOf(id.toUpperCase()))).toMatchObject(
        refusal(400, SourceDetail.idTaken),
      );
      const twice = await Promise.all([1, 2].map(() => author.api.post(`${ROOT}/create`, formOf('twice'))));
      expect(twice.map(({ status }) => status).sort()).toEqual([200, 400]);
    });

    it('refuses a source that does not load, and stores nothing', async () => {
      const create = (source: FakeSource) => author.api.post(`${ROOT}/create`, formOf('broken', source));
      expect(await create({ fails: 'boom at import' })).toMatchObject(refusal(400, errorDetail('boom at import')));
      expect(await create({ fails: 'no package x', failure: 'requirements' })).toMatchObject({ status: 400 });
      expect((await create({ fails: 'x'.repeat(5000) })).body.detail.length).toBeLessThan(600);
      expect(await create({ fails: 'full', failure: 'busy' })).toMatchObject(refusal(503, 'full'));
      expect(await create({ kind: 'filter' })).toMatchObject(
        refusal(400, errorDetail('No Tools class found in the module')),
      );
      expect(await author.api.get(`${ROOT}/id/broken`)).toMatchObject(refusal(401, Detail.notFound));
    });

    it('needs the permission, and forms of the contract', async () => {
      expect(await reader.api.post(`${ROOT}/create`, formOf('mine'))).toMatchObject(refusal(401, Detail.unauthorized));
      const importer = await asUser(app);
      await createGroup(admin, [importer], { workspace: { tools_import: true } });
      expect(await importer.api.post(`${ROOT}/create`, formOf('imported'))).toMatchObject({ status: 200 });
      for (const missing of ['id', 'name', 'content', 'meta'])
        expect(await author.api.post(`${ROOT}/create`, { ...formOf('x'), [missing]: undefined })).toMatchObject({
          status: 422,
          body: { detail: [{ type: 'missing', loc: ['body', missing] }] },
        });
      expect((await author.api.post(`${ROOT}/create`, { ...formOf('x'), meta: { description: 5 } })).status).toBe(422);
    });

    it('publishes and shares with the permission for it only', async () => {
      const maker = await asUser(app);
      await createGroup(admin, [maker], { workspace: { tools: true } });
      const create = async (access_control: object | null) =>
        (await maker.api.post(`${ROOT}/create`, formOf(`own_${++count}`, {}, access_control))).body.access_control;
      expect(await create(null)).toEqual({});
      expect(await create(readers(reader))).toEqual({});
    });
  });

  describe('GET /id/{id}', () => {
    it('has the source for users who may change the tool only', async () => {
      const id = await createTool({ read: { user_ids: [reader.id] }, write: { user_ids: [member.id] } });
      const get = async (user: TestUser) => (await user.api.get(`${ROOT}/id/${id}`)).body;
      expect((await get(author)).content).not.toBe('');
      expect((await get(admin)).content).not.toBe('');
      expect(await get(reader)).toMatchObject({ id, content: '', specs: [] });
      // Write access is no read access.
      expect(await get(member)).toBeNull();
      expect(await get(await asUser(app))).toBeNull();
    });
  });

  describe('POST /id/{id}/update', () => {
    const update = (user: TestUser, id: string, change: object = {}) =>
      user.api.post(`${ROOT}/id/${id}/update`, { ...formOf('ignored_id'), ...change });

    it('replaces name, source, specs, meta and sharing', async () => {
      const id = await createTool();
      const content = fakeSource({ specs: [spec('new')], userValves: valvesOf('U', { a: 'string' }) }, { title: 'T' });
      const { body } = await update(author, id, { content, access_control: readers(reader) });
      expect(body).toMatchObject({ id, name: 'Name of ignored_id', content, specs: [spec('new')], user_id: author.id });
      expect(body.meta).toEqual({ description: 'd', manifest: { title: 'T' } });
      expect(body.access_control).toEqual({ read: { ...none, user_ids: [reader.id] }, write: none });
      const { body: list } = await reader.api.get(`${ROOT}/`);
      expect(list.find((tool: { id: string }) => tool.id === id).has_user_valves).toBe(true);
    });

    it('changes nothing for a source that does not load', async () => {
      const id = await createTool();
      const content = fakeSource({ fails: 'no' });
      expect(await update(author, id, { content, name: 'new' })).toMatchObject(refusal(400, errorDetail('no')));
      expect((await author.api.get(`${ROOT}/id/${id}`)).body).toMatchObject({ name: `Name of ${id}` });
    });

    it('refuses users without write access, and writers without the permission for sources', async () => {
      const id = await createTool({ ...readers(reader), ...writers(member) });
      const maker = await asUser(app);
      await createGroup(admin, [maker], { workspace: { tools: true } });
      const before = sandbox.described.length;
      for (const user of [reader, member, maker])
        expect(await update(user, id)).toMatchObject(refusal(401, Detail.unauthorized));
      expect(await update(author, 'unknown')).toMatchObject(refusal(401, Detail.notFound));
      expect(sandbox.described).toHaveLength(before);
      await createGroup(admin, [member], { workspace: { tools: true } });
      expect(await update(member, id)).toMatchObject({ status: 200 });
    });
  });

  describe('DELETE /id/{id}/delete', () => {
    it('is for writers', async () => {
      const id = await createTool({ ...readers(reader), ...writers(member) });
      expect(await reader.api.delete(`${ROOT}/id/${id}/delete`)).toMatchObject(refusal(401, Detail.unauthorized));
      expect((await member.api.delete(`${ROOT}/id/${id}/delete`)).body).toBe(true);
      expect(await author.api.delete(`${ROOT}/id/${id}/delete`)).toMatchObject(refusal(401, Detail.notFound));
    });

    it('removes what a later tool of the same id must not get: valves of users, places in models, grants', async () => {
      const source = { userValves: valvesOf('UserValves', { key: 'string' }) };
      const [id, kept] = [await createTool(readers(reader), source), await createTool(readers(reader), source)];
      const settings = { ui: { z: 1, a: { b: [1] } }, tools: { valves: {}, more: 1 } };
      await reader.api.post('/api/v1/users/user/settings/update', settings);
      for (const tool of [id, kept]) await reader.api.post(`${ROOT}/id/${tool}/valves/user/update`, { key: 'secret' });
      const model = { id: `model_of_${id}`, name: 'm', params: {}, access_control: {}, base_model_id: 'base' };
      const meta = { toolIds: [id, kept], description: null };
      await admin.api.post('/api/v1/models/create', { ...model, meta });

      await author.api.delete(`${ROOT}/id/${id}/delete`);
      expect((await reader.api.get('/api/v1/users/user/settings')).body).toEqual({
        ui: settings.ui,
        tools: { valves: { [kept]: { key: 'secret' } }, more: 1 },
      });
      const { body } = await admin.api.get(`/api/v1/models/model?id=${model.id}`);
      expect(body.meta.toolIds).toEqual([kept]);
      await author.api.post(`${ROOT}/create`, formOf(id, source));
      expect(await reader.api.get(`${ROOT}/id/${id}`)).toMatchObject({ status: 200, body: null });
    });

    it('goes with the account, unless the tool is shared: then the administrator gets it', async () => {
      const gone = await asUser(app);
      await createGroup(admin, [gone], { workspace: { tools: true }, sharing: { tools: true, public_tools: true } });
      const [hidden, shared] = [await createTool({}, {}, gone), await createTool(null, {}, gone)];
      expect((await admin.api.delete(`/api/v1/users/${gone.id}`)).body).toBe(true);
      expect(await admin.api.get(`${ROOT}/id/${hidden}`)).toMatchObject(refusal(401, Detail.notFound));
      expect((await admin.api.get(`${ROOT}/id/${shared}`)).body.user_id).toBe(admin.id);
    });
  });

  describe('valves', () => {
    const schema = valvesOf('Valves', { api_key: 'string', retries: 'integer' });
    const source = { valves: schema };
    const pathOf = (id: string) => `${ROOT}/id/${id}/valves`;

    it('are replaced: given keys only, coerced, without nulls and unknown keys', async () => {
      const id = await createTool({}, source);
      expect((await author.api.get(pathOf(id))).body).toEqual({});
      expect((await author.api.get(`${pathOf(id)}/spec`)).body).toEqual(schema);
      const set = async (values: object) => (await author.api.post(`${pathOf(id)}/update`, values)).body;
      expect(await set({ api_key: 'abc', retries: null, unknown: 1 })).toEqual({ api_key: 'abc' });
      expect(await set({ retries: '7' })).toEqual({ retries: 7 });
      expect((await author.api.get(pathOf(id))).body).toEqual({ retries: 7 });
    });

    it('refuse invalid values and lists, and keep the stored ones', async () => {
      const id = await createTool({}, source);
      const set = (values: unknown) => author.api.post(`${pathOf(id)}/update`, values);
      await set({ retries: 1 });
      expect(await set({ retries: 'x' })).toMatchObject(refusal(400, errorDetail('not an integer: x')));
      expect(await set([1])).toMatchObject({ status: 422, body: { detail: [{ type: 'dict_type' }] } });
      expect((await set({ api_key: 'x'.repeat(1_100_000) })).status).toBe(413);
      expect((await author.api.get(pathOf(id))).body).toEqual({ retries: 1 });
    });

    it('are for users who may change the tool', async () => {
      const id = await createTool({ ...readers(reader), ...writers(member) }, source);
      await author.api.post(`${pathOf(id)}/update`, { api_key: 'secret' });
      expect(await reader.api.get(pathOf(id))).toMatchObject(refusal(401, Detail.unauthorized));
      expect(await reader.api.post(`${pathOf(id)}/update`, {})).toMatchObject(refusal(400, Detail.accessProhibited));
      expect((await member.api.get(pathOf(id))).body).toEqual({ api_key: 'secret' });
      expect((await admin.api.get(pathOf(id))).body).toEqual({ api_key: 'secret' });
      expect((await reader.api.get(`${pathOf(id)}/spec`)).body).toEqual(schema);
    });

    it('are encrypted in the database, and in no list or export', async () => {
      const id = await createTool(null, source);
      await author.api.post(`${pathOf(id)}/update`, { api_key: 'sk-very-secret' });
      const rows = await app
        .get(DataSource)
        .query('SELECT row_to_json(tool)::text AS row FROM tool WHERE id = $1', [id]);
      expect(rows[0].row).not.toContain('sk-very-secret');
      for (const path of ['/', '/list', '/export', `/id/${id}`])
        expect(JSON.stringify((await admin.api.get(ROOT + path)).body)).not.toContain('sk-very-secret');
    });

    it('are missing for a source without them', async () => {
      const id = await createTool(null);
      expect((await author.api.get(`${pathOf(id)}/spec`)).body).toBeNull();
      expect((await author.api.get(`${pathOf(id)}/user/spec`)).body).toBeNull();
      expect(await author.api.post(`${pathOf(id)}/update`, {})).toMatchObject(refusal(401, Detail.notFound));
      expect(await author.api.post(`${pathOf(id)}/user/update`, {})).toMatchObject(refusal(401, Detail.notFound));
    });
  });

  describe('valves of users', () => {
    const source = { userValves: valvesOf('UserValves', { units: 'string', size: 'integer' }) };
    const pathOf = (id: string) => `${ROOT}/id/${id}/valves/user`;

    it('are in the settings of the user, for tools that the user may read', async () => {
      const id = await createTool(readers(reader), source);
      expect((await reader.api.get(pathOf(id))).body).toEqual({});
      expect((await reader.api.get(`${pathOf(id)}/spec`)).body).toEqual(source.userValves);
      const { body } = await reader.api.post(`${pathOf(id)}/update`, { units: 'imperial', other: null, size: '3' });
      expect(body).toEqual({ units: 'imperial', size: 3 });
      expect((await reader.api.get(pathOf(id))).body).toEqual(body);
      const settings = await reader.api.get('/api/v1/users/user/settings');
      expect(settings.body.tools.valves[id]).toEqual(body);
      expect((await author.api.get(pathOf(id))).body).toEqual({});
      for (const path of [pathOf(id), `${pathOf(id)}/spec`])
        expect(await member.api.get(path)).toMatchObject(refusal(401, Detail.notFound));
      expect(await member.api.post(`${pathOf(id)}/update`, {})).toMatchObject(refusal(401, Detail.notFound));
    });

    it('of two tools do not overwrite each other when they are saved at once', async () => {
      const user = await asUser(app);
      const ids = await Promise.all([1, 2, 3, 4].map(() => createTool(readers(user), source)));
      await Promise.all(ids.map((id) => user.api.post(`${pathOf(id)}/update`, { units: id })));
      const { body } = await user.api.get('/api/v1/users/user/settings');
      expect(body.tools.valves).toEqual(Object.fromEntries(ids.map((id) => [id, { units: id }])));
    });

    it('need the permission for valves', async () => {
      const id = await createTool(readers(reader), source);
      const { body: permissions } = await admin.api.get('/api/v1/users/default/permissions');
      const chat = { ...permissions.chat, valves: false };
      await admin.api.post('/api/v1/users/default/permissions', { ...permissions, chat });
      const refused = await reader.api.post(`${pathOf(id)}/update`, {});
      await admin.api.post('/api/v1/users/default/permissions', permissions);
      expect(refused).toMatchObject(refusal(401, Detail.unauthorized));
    });
  });

  it.each(['__proto__', 'constructor', 'tostring'])('%s is an id like any other', async (id) => {
    const schema = valvesOf('V', { key: 'string' });
    const source = { valves: schema, userValves: schema, specs: [spec('constructor'), spec('hasOwnProperty')] };
    const form = { id, name: id, content: fakeSource(source), meta: { description: '' }, access_control: {} };
    await admin.api.delete(`${ROOT}/id/${id}/delete`);
    expect(await author.api.post(`${ROOT}/create`, form)).toMatchObject({ status: 200, body: { id } });
    const at = `${ROOT}/id/${id}/valves`;
    for (const path of [at, `${at}/user`]) {
      expect((await author.api.get(path)).body).toEqual({});
      expect((await author.api.post(`${path}/update`, { key: id })).body).toEqual({ key: id });
      expect((await author.api.get(path)).body).toEqual({ key: id });
      expect((await author.api.get(`${path}/spec`)).body).toEqual(schema);
    }
    const { body: settings } = await author.api.get('/api/v1/users/user/settings');
    expect(Object.getOwnPropertyDescriptor(settings.tools.valves, id)?.value).toEqual({ key: id });
    const [tool] = await app.get(ToolsService).resolve(principalOf(author), [id]);
    expect(tool).toMatchObject({ valves: { key: id }, userValves: { key: id } });
    expect(tool!.specs.map(({ name }) => name)).toEqual(['constructor', 'hasOwnProperty']);
    expect((await author.api.delete(`${ROOT}/id/${id}/delete`)).body).toBe(true);
    const { body: left } = await author.api.get('/api/v1/users/user/settings');
    expect(Object.hasOwn(left.tools.valves, id)).toBe(false);
  });

  describe('in completions', () => {
    const service = () => app.get(ToolsService);

    it('are those of the request that the user may read, in its order', async () => {
      const [a, b, hidden] = [await createTool(null), await createTool(readers(reader)), await createTool()];
      const usable = await service().resolve(principalOf(reader), ['unknown', b, hidden, a, 'server:x']);
      expect(usable.map(({ row }) => row.id)).toEqual([b, a]);
    });

    it('have no private functions and no injected parameters, also in rows of other origin', async () => {
      const parameters = { properties: { a: {}, __user__: {} }, required: ['a', '__user__'], type: 'object' };
      const specs = [spec('_hidden'), { name: 'shown', description: '', parameters }];
      const [tool] = await service().resolve(principalOf(reader), [await createTool(null, { specs })]);
      expect(tool?.specs).toEqual([
        {
          ...{ name: 'shown', description: 'shown' },
          parameters: { properties: { a: {} }, required: ['a'], type: 'object' },
        },
      ]);
    });

    it('are called with valves, the valves of the user, and the user', async () => {
      const schemas = { valves: valvesOf('V', { key: 'string' }), userValves: valvesOf('U', { units: 'string' }) };
      const id = await createTool(null, { ...schemas, specs: [spec('run')] });
      await author.api.post(`${ROOT}/id/${id}/valves/update`, { key: 'k' });
      await reader.api.post(`${ROOT}/id/${id}/valves/user/update`, { units: 'm' });
      const [tool] = await service().resolve(principalOf(reader), [id]);
      const call = { name: 'run', args: { x: 1 }, injected: { __user__: 'forged', __id__: 'forged', __files__: [] } };
      await service().call(tool!, call, new AbortController().signal);
      expect(sandbox.calls.at(-1)).toMatchObject({
        ...{ method: 'run', keyword: { x: 1 }, valves: { key: 'k' }, userValves: { units: 'm' } },
        injected: { __user__: { id: reader.id, email: reader.email, role: 'user' }, __id__: id, __files__: [] },
      });
      const [other] = await service().resolve(principalOf(member), [id]);
      expect(other).toMatchObject({ userValves: {}, user: { id: member.id } });
    });
  });
});
