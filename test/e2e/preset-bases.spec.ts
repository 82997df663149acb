import { DataSource } from 'typeorm';
import { Database } from '../../src/platform/database/database';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createGroup } from '../support/factories/groups';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { queriesOf } from '../support/query-counter';

const ROOT = '/api/v1/models';
const messages = [{ role: 'user', content: 'Hi' }];

/** A preset runs for those who may read it, if they or its owner may use the base (docs/adr/0035). */
describe('the base of a preset', () => {
  let provider: FakeOpenAiServer;
  let app: TestApp;
  let admin: TestUser;
  let author: TestUser;
  let member: TestUser;
  let group: string;

  beforeAll(async () => {
    provider = await FakeOpenAiServer.start();
    provider.models = ['base', 'closed'];
    app = await startTestApp({ OPENAI_API_BASE_URL: provider.url });
    admin = await asUser(app, 'admin');
    [author, member] = await Promise.all([asUser(app), asUser(app)]);
    const permissions = { workspace: { models: true }, sharing: { models: true } };
    group = await createGroup(admin, [author], permissions);
  });
  afterAll(async () => {
    await app.close();
    await provider.close();
  });
  beforeEach(async () => {
    await admin.api.delete(`${ROOT}/delete/all`);
    await put('create', admin, { id: 'base', base_model_id: null, access_control: readFor(author) });
  });

  const readFor = (...users: TestUser[]) => ({ read: { user_ids: users.map(({ id }) => id), group_ids: [] } });
  async function put(route: string, owner: TestUser, change: object): Promise<void> {
    const whole = { name: 'A row', base_model_id: 'base', meta: {}, params: { system: 'Be brief' }, ...change };
    expect(await owner.api.post(`${ROOT}/${route}`, whole)).toMatchObject({ status: 200 });
  }
  const shareBase = (access_control: object | null) =>
    put('model/update', admin, { id: 'base', base_model_id: null, access_control });
  /** Whether the model is in the principal's list, and whether each route that uses it succeeds. */
  async function mayUse(caller: TestUser, model: string): Promise<boolean[]> {
    const { data } = (await caller.api.get('/api/models')).body as { data: { id: string }[] };
    const answers = await Promise.all(
      ['/api/chat/completions', '/openai/chat/completions'].map((path) => caller.api.post(path, { model, messages })),
    );
    return [data.some(({ id }) => id === model), ...answers.map(({ status }) => status === 200)];
  }
  const YES = [true, true, true];
  const NO = [false, false, false];

  it('is enough when the owner may use it', async () => {
    await put('create', author, { id: 'shared', access_control: readFor(member) });
    expect(await mayUse(member, 'shared')).toEqual(YES);
    expect(await mayUse(member, 'base')).toEqual(NO);
  });

  it('stops the preset for everybody while its owner has lost it', async () => {
    await put('create', author, { id: 'shared', access_control: readFor(member) });
    await shareBase({});
    for (const caller of [author, member]) expect(await mayUse(caller, 'shared')).toEqual(NO);
    expect(await mayUse(admin, 'shared')).toEqual(YES);
    await shareBase({ read: { user_ids: [], group_ids: [group] } });
    for (const caller of [author, member]) expect(await mayUse(caller, 'shared')).toEqual(YES);
    await admin.api.post(`${ROOT}/model/delete`, { id: 'base' });
    for (const caller of [author, member]) expect(await mayUse(caller, 'shared')).toEqual(NO);
  });

  it('is usable if the principal may use the base', async () => {
    await put('create', author, { id: 'shared', access_control: readFor(member) });
    await shareBase(readFor(member));
    expect(await mayUse(member, 'shared')).toEqual(YES);
    expect(await mayUse(author, 'shared')).toEqual(NO);
  });

  it('is no grant: of a public base the preset is still for those who may read it', async () => {
    await put('create', author, { id: 'private', access_control: {} });
    await shareBase(null);
    expect(await mayUse(member, 'private')).toEqual(NO);
    expect(await mayUse(author, 'private')).toEqual(YES);
  });

  it('may be closed to all when an administrator shares a preset of it, also one that is switched off', async () => {
    await put('create', admin, { id: 'offered', base_model_id: 'closed', access_control: null });
    expect(await mayUse(member, 'offered')).toEqual(YES);
    await put('create', admin, { id: 'closed', base_model_id: null, access_control: {}, is_active: false });
    expect(await mayUse(member, 'offered')).toEqual(YES);
    expect(await mayUse(member, 'closed')).toEqual(NO);
  });

  it('is looked up for all presets together', async () => {
    const prepared = jest.spyOn(app.get(Database), 'queryPrepared');
    const statements = async () => {
      prepared.mockClear();
      const others = await queriesOf(app.get(DataSource), () => member.api.get('/api/models'));
      return [...others, ...prepared.mock.calls.map(([name]) => name)].sort();
    };
    await put('create', author, { id: 'p-0', access_control: readFor(member) });
    const few = await statements();
    expect(few.filter((name) => name === 'presets-with-open-base')).toHaveLength(1);
    expect(few.filter((statement) => /\bFROM "model" "model"/.test(statement))).toHaveLength(1);
    for (let n = 1; n < 12; n++) await put('create', author, { id: `p-${n}`, access_control: readFor(member) });
    expect(await statements()).toEqual(few);
    prepared.mockRestore();
  });
});
