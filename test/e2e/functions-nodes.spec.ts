/** @services */
import type { JsonObject } from '../../src/common/util/json';
import { FunctionsService } from '../../src/modules/functions/functions.service';
import { SandboxError } from '../../src/modules/sandbox/sandbox.types';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { FakeSandbox, fakeSource, valvesOf, type FakeSource } from '../support/fakes/sandbox';
import { ScriptedServer } from '../support/fakes/scripted-server';
import { api, type Api } from '../support/http';

const ROOT = '/api/v1/functions';

/** Two nodes on one database: what is changed on the first takes effect on the second. */
describe('functions and tools on two nodes', () => {
  let database: TestDatabase;
  let provider: FakeOpenAiServer;
  let first: TestApp;
  let second: TestApp;
  let admin: TestUser;
  let remote: Api;
  let sandbox: FakeSandbox;

  beforeAll(async () => {
    [database, provider] = await Promise.all([createTestDatabase(), FakeOpenAiServer.start()]);
    const env = {
      ...{ DATABASE_URL: database.url, WEBUI_SECRET_KEY: 'one secret for all nodes of the test' },
      ...{ OPENAI_API_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-fake' },
    };
    first = await startTestApp(env);
    second = await startTestApp(env);
    new FakeSandbox(first);
    sandbox = new FakeSandbox(second);
    admin = await asUser(first, 'admin');
    remote = api(second.url, admin.token);
  });
  afterAll(async () => {
    await Promise.all([first.close(), second.close()]);
    await provider.close();
    await database.drop();
  });
  afterEach(() => admin.api.post(`${ROOT}/sync`, { functions: [] }));

  const formOf = (id: string, source: FakeSource = {}) => ({
    ...{ id, name: id, content: fakeSource(source), meta: { description: '' } },
  });
  async function create(id: string, source: FakeSource = {}): Promise<void> {
    expect((await admin.api.post(`${ROOT}/create`, formOf(id, source))).status).toBe(200);
    for (const path of ['toggle', 'toggle/global']) await change(id, path);
  }
  const change = (id: string, path: string, body: object = {}) => admin.api.post(`${ROOT}/id/${id}/${path}`, body);
  const activeOn = async (node: TestApp) => (await node.get(FunctionsService).listActive('filter')).map(({ id }) => id);
  /** Resolves once the node has exactly these active filters, in their order. */
  const untilActive = (node: TestApp, ...ids: string[]) =>
    eventually(async () => (JSON.stringify(await activeOn(node)) === JSON.stringify(ids) ? true : undefined));
  /** What the filters of a reply on the second node are called with. */
  async function calledBy(content: string): Promise<unknown[]> {
    const from = sandbox.calls.length;
    const body = { model: 'fake-small', stream: false, messages: [{ role: 'user', content }] };
    expect((await remote.post('/api/chat/completions', body)).status).toBe(200);
    return sandbox.calls.slice(from).map(({ source, method }) => [method, source.code]);
  }

  it('apply once they are active, in the order of their valves, and not after that', async () => {
    const source: FakeSource = { handlers: ['inlet'], valves: valvesOf('V', { priority: 'integer' }) };
    sandbox.onCall = ({ positional: [body] = [] }) => ({ kind: 'value', value: body });
    await untilActive(second);
    expect(await calledBy('none')).toEqual([]);
    await create('one', source);
    await create('two', source);
    await untilActive(second, 'one', 'two');
    const inlet = ['inlet', fakeSource(source)];
    expect(await calledBy('both')).toEqual([inlet, inlet]);
    await change('one', 'valves/update', { priority: 5 });
    await untilActive(second, 'two', 'one');
    await change('two', 'toggle');
    await untilActive(second, 'one');
    await admin.api.delete(`${ROOT}/id/one/delete`);
    await untilActive(second);
    expect(await calledBy('none')).toEqual([]);
  });

  it('have their new source, and are replaced by a sync', async () => {
    sandbox.onCall = ({ positional: [body] = [] }) => ({ kind: 'value', value: body });
    await create('one', { handlers: ['inlet'], mark: 'old' });
    await untilActive(second, 'one');
    const next: FakeSource = { handlers: ['inlet'], mark: 'new' };
    await change('one', 'update', formOf('one', next));
    expect(await calledBy('new')).toEqual([['inlet', fakeSource(next)]]);
    const row = { user_id: '', type: 'filter', created_at: 1, updated_at: 1, is_active: true, is_global: true };
    await admin.api.post(`${ROOT}/sync`, { functions: [{ ...formOf('three', next), ...row }] });
    await untilActive(second, 'three');
  });

  it('become inactive everywhere when they do not load on one node', async () => {
    await create('one', { handlers: ['inlet'] });
    await untilActive(second, 'one');
    sandbox.onCall = () => Promise.reject(new SandboxError('source', 'does not load'));
    const body = { model: 'fake-small', stream: false, messages: [{ role: 'user', content: 'hi' }] };
    expect((await remote.post('/api/chat/completions', body)).status).toBe(400);
    await untilActive(first);
  });

  it('are models of both nodes', async () => {
    const listed = async () => ((await remote.get('/api/models')).body.data as JsonObject[]).map(({ id }) => id);
    expect(await listed()).not.toContain('pipe_one');
    await create('pipe_one', { kind: 'pipe', handlers: ['pipe'] });
    await eventually(async () => ((await listed()).includes('pipe_one') ? true : undefined));
    await change('pipe_one', 'toggle');
    await eventually(async () => ((await listed()).includes('pipe_one') ? undefined : true));
  });

  it('of tool servers are known to both nodes', async () => {
    const server = await ScriptedServer.start();
    const paths = { '/run': { get: { operationId: 'run' } } };
    server.script = () => ({ json: { openapi: '3.1.0', info: { title: 'Lab' }, paths } });
    const listed = async () => ((await remote.get('/api/v1/tools/')).body as JsonObject[]).map(({ id }) => id);
    const save = (connections: object[]) =>
      admin.api.post('/api/v1/configs/tool_servers', { TOOL_SERVER_CONNECTIONS: connections });
    const lab = { url: server.url, path: 'openapi.json', auth_type: 'none', key: '', config: { enable: true } };
    await save([{ ...lab, info: { id: 'lab' } }]);
    await eventually(async () => ((await listed()).includes('server:lab') ? true : undefined));
    await save([]);
    await eventually(async () => ((await listed()).length === 0 ? true : undefined));
    await server.close();
  });
});
