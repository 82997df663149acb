import { Detail } from '../../src/common/errors/details';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createGroup } from '../support/factories/groups';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api, headersOf, type Answer } from '../support/http';
import { ModelDetail } from '../../src/modules/models/models.errors';

const ROOT = '/api/v1/models';
const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const none = { group_ids: [], user_ids: [] };
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const idsOf = ({ body }: Answer) => (body.data as { id: string }[]).map(({ id }) => id);

describe('models', () => {
  let provider: FakeOpenAiServer;
  let dead: FakeOpenAiServer;
  let app: TestApp;
  let admin: TestUser;
  /** Holds `workspace.models` and `sharing.models`, but not `sharing.public_models`. */
  let author: TestUser;
  let user: TestUser;
  let member: TestUser;
  let group: string;
  let count = 0;

  beforeAll(async () => {
    [provider, dead] = await Promise.all([FakeOpenAiServer.start(), FakeOpenAiServer.start()]);
    provider.models = ['m-open', 'm-closed', 'm-other'];
    dead.onModels = () => 'never';
    app = await startTestApp({ OPENAI_API_BASE_URLS: `${dead.url};${provider.url}` });
    admin = await asUser(app, 'admin');
    [author, user, member] = await Promise.all([asUser(app), asUser(app), asUser(app)]);
    await createGroup(admin, [author], { workspace: { models: true }, sharing: { models: true } });
    group = await createGroup(admin, [member]);
    await create(admin, { id: 'm-open', name: 'Open', base_model_id: null, access_control: null });
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([provider.close(), dead.close()]);
  });

  const form = (change: object = {}) => ({
    id: `preset-${++count}`,
    name: `Preset ${count}`,
    base_model_id: 'm-open',
    meta: {},
    params: { system: 'Secret instructions', temperature: 0.3 },
    access_control: {},
    ...change,
  });
  const create = (owner: TestUser, change: object = {}) => owner.api.post(`${ROOT}/create`, form(change));
  /** The id of a new preset; private by default. */
  async function presetOf(owner: TestUser, change: object = {}): Promise<string> {
    const answer = await create(owner, change);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body.id;
  }
  const find = (caller: TestUser, id: string) => caller.api.get(`${ROOT}/model?id=${encodeURIComponent(id)}`);
  const list = (caller: TestUser, query = '') => caller.api.get(`/api/models${query}`);
  const entryOf = async (caller: TestUser, id: string) =>
    (await list(caller)).body.data.find((entry: { id: string }) => entry.id === id);

  function needsVerifiedUser(method: string, path: string, body?: unknown) {
    it('requires credentials and a verified account', async () => {
      const pending = await asUser(app, 'pending');
      expect(await api(app.url).request(method, path, body)).toMatchObject(refusal(401, Detail.notAuthenticated));
      expect(await pending.api.request(method, path, body)).toMatchObject(refusal(401, Detail.accessProhibited));
    });
  }

  describe.each(['/api/models', '/api/v1/models', '/api/v1/models/'])('GET %s', (path) => {
    it('gives administrators everything, while a connection does not answer', async () => {
      const answer = await admin.api.get(path);
      expect(answer.status).toBe(200);
      expect(idsOf(answer)).toEqual(expect.arrayContaining(['m-open', 'm-closed', 'm-other']));
      expect(dead.requests.length).toBeGreaterThan(0);
      expect(dead.requests.filter(({ aborted }) => !aborted)).not.toEqual([]);
    });

    it('gives users what is open to them', async () => {
      expect(idsOf(await user.api.get(path))).toEqual(['m-open']);
    });

    needsVerifiedUser('GET', path);
  });

  describe('GET /api/models', () => {
    it('gives the entry with its row, without params and picture', async () => {
      await create(admin, { id: 'm-other', base_model_id: null, meta: { profile_image_url: PNG, description: 'd' } });
      expect(await entryOf(admin, 'm-other')).toEqual({
        id: 'm-other',
        name: expect.stringContaining('Preset'),
        object: 'model',
        created: 1_700_000_000,
        owned_by: 'openai',
        connection_type: 'external',
        urlIdx: 1,
        openai: expect.objectContaining({ id: 'm-other', owned_by: 'fake' }),
        info: {
          id: 'm-other',
          user_id: admin.id,
          base_model_id: null,
          name: expect.any(String),
          meta: { description: 'd', capabilities: null },
          access_control: {},
          is_active: true,
          updated_at: expect.any(Number),
          created_at: expect.any(Number),
        },
        actions: [],
        filters: [],
        tags: [],
      });
      await admin.api.post(`${ROOT}/model/delete`, { id: 'm-other' });
    });

    it('omits instructions and pictures for all users, the owner included', async () => {
      await presetOf(author, { meta: { profile_image_url: PNG } });
      for (const caller of [admin, author, user]) {
        const { body } = await list(caller);
        expect(JSON.stringify(body)).not.toMatch(/Secret instructions|base64|profile_image_url/);
      }
    });

    it('shows a change at once', async () => {
      const id = await presetOf(admin, { access_control: null });
      expect((await entryOf(user, id)).preset).toBe(true);
      await admin.api.post(`${ROOT}/model/update`, form({ id, name: 'Renamed' }));
      expect(await entryOf(user, id)).toBeUndefined();
      expect((await entryOf(admin, id)).name).toBe('Renamed');
      await admin.api.post(`${ROOT}/model/toggle?id=${id}`);
      expect(await entryOf(admin, id)).toBeUndefined();
    });

    it('shows presets to their owner and to those they are shared with', async () => {
      const id = await presetOf(author, { access_control: { read: { group_ids: [group], user_ids: [] } } });
      const seen = await Promise.all([author, member, admin, user].map((caller) => entryOf(caller, id)));
      expect(seen.map(Boolean)).toEqual([true, true, true, false]);
    });

    it('is not sent again to those who have it, until something changes', async () => {
      const url = `${app.url}/api/models`;
      const { etag } = await headersOf(url, admin);
      expect((await headersOf(url, admin, etag)).status).toBe(304);
      expect((await headersOf(url, user, etag)).status).toBe(200);
      await presetOf(admin);
      expect((await headersOf(url, admin, etag)).status).toBe(200);
    });

    it('refreshes the list on request', async () => {
      provider.models.push('m-new');
      const asked = provider.nextRequest();
      const listed = list(admin, '?refresh=true');
      expect((await asked).path).toBe('/models');
      dead.onModels = () => ({ json: { data: [] } });
      dead.dropConnections();
      expect(idsOf(await listed)).toContain('m-new');
      dead.onModels = () => 'never';
    });

    it('refuses a refresh that is no boolean', async () => {
      const { status, body } = await list(admin, '?refresh=maybe');
      expect([status, body.detail[0]]).toMatchObject([422, { type: 'bool_parsing', loc: ['query', 'refresh'] }]);
    });
  });

  describe('GET /api/models/base', () => {
    it('gives administrators the models as the provider has them', async () => {
      const { body } = await admin.api.get('/api/models/base');
      const open = body.data.find(({ id }: { id: string }) => id === 'm-open');
      expect(open).toMatchObject({ name: 'm-open', owned_by: 'openai' });
      expect(open).not.toHaveProperty('info');
    });

    it('refuses users', async () => {
      expect(await user.api.get('/api/models/base')).toMatchObject(refusal(401, Detail.accessProhibited));
    });

    needsVerifiedUser('GET', '/api/models/base');
  });

  describe('GET /api/v1/models/base', () => {
    it('gives administrators the rows over models of providers', async () => {
      const { body } = await admin.api.get(`${ROOT}/base`);
      expect(body.map(({ id }: { id: string }) => id)).toEqual(['m-open']);
    });

    it('refuses users', async () => {
      expect(await user.api.get(`${ROOT}/base`)).toMatchObject(refusal(401, Detail.accessProhibited));
    });

    needsVerifiedUser('GET', `${ROOT}/base`);
  });

  describe('POST /api/v1/models/create', () => {
    it('makes a preset with everything that was sent', async () => {
      const meta = { profile_image_url: PNG, description: 'd', capabilities: { vision: true }, other: { deep: [1] } };
      const params = { system: 's', stop: ['a'], custom_params: { k: '{"a":1}' } };
      const access_control = { read: { group_ids: [group], user_ids: [] }, write: none };
      const sent = form({ id: 'org/model:1.0', meta, params, access_control, is_active: false });
      const { status, body } = await admin.api.post(`${ROOT}/create`, sent);
      const stamps = { created_at: expect.any(Number), updated_at: expect.any(Number) };
      expect([status, body]).toEqual([200, { ...sent, user_id: admin.id, ...stamps }]);
      expect((await find(admin, 'org/model:1.0')).body).toEqual(body);
    });

    it('fills in what was left out', async () => {
      const sent = { id: 'minimal', name: 'Minimal', meta: {}, params: {}, base_model_id: 'm-open' };
      expect((await admin.api.post(`${ROOT}/create`, sent)).body).toMatchObject({
        meta: { profile_image_url: '/static/favicon.png', description: null, capabilities: null },
        access_control: null,
        is_active: true,
      });
    });

    it('refuses an id that exists, with any owner', async () => {
      const id = await presetOf(admin);
      expect(await create(author, { id })).toMatchObject(refusal(401, ModelDetail.idTaken));
    });

    it('gives an id to one of several concurrent requests', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => create(admin, { id: 'wanted' })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });

    it.each([['x'.repeat(257)], ['']])('refuses an id of the wrong length', async (id) => {
      expect(await create(admin, { id })).toMatchObject(refusal(400, ModelDetail.idTooLong));
    });

    it('takes an id of 256 characters', async () => {
      expect((await create(admin, { id: '👋'.repeat(256) })).status).toBe(200);
    });

    it.each(['data:text/html;base64,PGI+', 'data:image/svg+xml;base64,PHN2Zz4=', 'javascript:alert(1)'])(
      'refuses %s for a picture',
      async (profile_image_url) => {
        expect((await create(admin, { meta: { profile_image_url } })).status).toBe(400);
      },
    );

    it('refuses users without the permission', async () => {
      expect(await create(user)).toMatchObject(refusal(401, Detail.unauthorized));
    });

    it('lets users neither open a model of a provider nor use a closed one', async () => {
      const over = (id: string, base_model_id: string | null) => create(author, { id, base_model_id });
      expect(await over('m-closed', null)).toMatchObject(refusal(401, Detail.unauthorized));
      expect(await over('future-model', null)).toMatchObject(refusal(401, Detail.unauthorized));
      expect(await over('mine', 'm-closed')).toMatchObject(refusal(401, Detail.unauthorized));
      expect(await over('mine', 'unknown')).toMatchObject(refusal(401, Detail.unauthorized));
      expect(await over('m-closed', 'm-open')).toMatchObject(refusal(401, ModelDetail.idTaken));
      expect(await entryOf(author, 'm-closed')).toBeUndefined();
    });

    it('makes a preset private that its owner may not publish', async () => {
      expect((await create(author, { access_control: null })).body.access_control).toEqual({});
    });

    it('refuses wrong bodies with all faults', async () => {
      const sent = {
        id: 1,
        name: null,
        meta: 'x',
        params: [],
        base_model_id: 3,
        access_control: [],
        is_active: 'perhaps',
      };
      const { status, body } = await admin.api.post(`${ROOT}/create`, sent);
      expect(status).toBe(422);
      expect(body.detail.map(({ type, loc }: { type: string; loc: string[] }) => [loc[1], type]).sort()).toEqual([
        ['access_control', 'dict_type'],
        ['base_model_id', 'string_type'],
        ['id', 'string_type'],
        ['is_active', 'bool_parsing'],
        ['meta', 'model_attributes_type'],
        ['name', 'string_type'],
        ['params', 'model_attributes_type'],
      ]);
    });

    it('stores text that the database cannot hold without it', async () => {
      const id = await presetOf(admin, {
        name: 'a\u0000b',
        meta: { description: '\u0000\ud800' },
        params: { system: '\udc00' },
      });
      expect((await find(admin, id)).body).toMatchObject({ name: 'ab', meta: { description: '\ufffd' } });
    });

    needsVerifiedUser('POST', `${ROOT}/create`, {});
  });

  describe('GET /api/v1/models/model', () => {
    it('gives those who may write everything, readers no params', async () => {
      const access_control = {
        read: { group_ids: [group], user_ids: [user.id] },
        write: { group_ids: [], user_ids: [user.id] },
      };
      const id = await presetOf(author, { access_control });
      for (const caller of [author, admin, user]) expect((await find(caller, id)).body.params.system).toBeDefined();
      const { body } = await find(member, id);
      expect(body).toMatchObject({ id, params: {} });
    });

    it('returns null for a row of another user, also with only a write grant', async () => {
      const id = await presetOf(author, { access_control: { write: { user_ids: [member.id] } } });
      for (const caller of [user, member]) expect(await find(caller, id)).toMatchObject({ status: 200, body: null });
    });

    it('refuses an unknown id and a missing one', async () => {
      expect(await find(admin, 'nope')).toMatchObject(refusal(401, Detail.notFound));
      expect((await admin.api.get(`${ROOT}/model`)).status).toBe(422);
    });

    needsVerifiedUser('GET', `${ROOT}/model?id=x`);
  });

  describe('POST /api/v1/models/model/update', () => {
    const update = (caller: TestUser, id: string, change: object = {}) =>
      caller.api.post(`${ROOT}/model/update`, form({ id, name: 'New', params: { top_p: 1 }, ...change }));

    it('replaces the row and moves its time on', async () => {
      const id = await presetOf(author, { is_active: false });
      const { status, body } = await update(author, id, { meta: { description: 'new' } });
      expect([status, body]).toMatchObject([
        200,
        { id, name: 'New', params: { top_p: 1 }, meta: { description: 'new' }, is_active: true, user_id: author.id },
      ]);
      expect((await find(author, id)).body).toEqual(body);
    });

    it('is for the owner, administrators and those with a write grant', async () => {
      const access_control = { read: none, write: { group_ids: [group], user_ids: [] } };
      const id = await presetOf(author, { access_control });
      for (const caller of [author, admin, member])
        expect(await update(caller, id, { access_control })).toMatchObject({ status: 200 });
      expect(await update(user, id)).toMatchObject(refusal(400, Detail.accessProhibited));
      expect((await find(author, id)).body.access_control).toEqual(access_control);
    });

    it('leaves the sharing as it is when it is absent', async () => {
      const id = await presetOf(author);
      const { body } = await update(author, id, { access_control: undefined });
      expect(body.access_control).toEqual({});
    });

    it('lets users neither publish nor reach closed models', async () => {
      const id = await presetOf(author);
      expect((await update(author, id, { access_control: null })).body.access_control).toEqual({});
      for (const base_model_id of ['m-closed', null])
        expect(await update(author, id, { base_model_id })).toMatchObject(refusal(401, Detail.unauthorized));
      expect((await find(author, id)).body.base_model_id).toBe('m-open');
    });

    it('refuses an unknown id and an incomplete body', async () => {
      expect(await update(admin, 'nope')).toMatchObject(refusal(401, Detail.notFound));
      expect((await admin.api.post(`${ROOT}/model/update`, { id: 'x' })).status).toBe(422);
    });

    needsVerifiedUser('POST', `${ROOT}/model/update`, {});
  });

  describe('POST /api/v1/models/model/toggle', () => {
    const toggle = (caller: TestUser, id: string) => caller.api.post(`${ROOT}/model/toggle?id=${id}`);

    it('switches for the owner, administrators and those with a write grant', async () => {
      const id = await presetOf(author, { access_control: { write: { user_ids: [member.id] } } });
      const states = [];
      for (const caller of [author, admin, member]) states.push((await toggle(caller, id)).body.is_active);
      expect(states).toEqual([false, true, false]);
    });

    it('takes a model of a provider out of the list', async () => {
      await toggle(admin, 'm-open');
      expect(idsOf(await list(admin))).not.toContain('m-open');
      await toggle(admin, 'm-open');
      expect(idsOf(await list(user))).toContain('m-open');
    });

    it('refuses anonymous clients and unknown ids', async () => {
      const id = await presetOf(author, { access_control: { read: { user_ids: [user.id] } } });
      expect(await toggle(user, id)).toMatchObject(refusal(401, Detail.unauthorized));
      expect((await find(author, id)).body.is_active).toBe(true);
      for (const caller of [user, admin])
        expect(await toggle(caller, 'nope')).toMatchObject(refusal(401, Detail.notFound));
      expect((await admin.api.post(`${ROOT}/model/toggle`)).status).toBe(422);
    });

    needsVerifiedUser('POST', `${ROOT}/model/toggle?id=x`);
  });

  describe('POST /api/v1/models/model/delete', () => {
    const remove = (caller: TestUser, id: string) => caller.api.post(`${ROOT}/model/delete`, { id });

    it.each<[string, () => TestUser]>([
      ['the owner', () => author],
      ['administrators', () => admin],
      ['those with a write grant', () => member],
    ])('deletes for %s', async (_, caller) => {
      const id = await presetOf(author, { access_control: { write: { user_ids: [member.id] } } });
      expect(await remove(caller(), id)).toMatchObject({ status: 200, body: true });
      expect(await find(admin, id)).toMatchObject(refusal(401, Detail.notFound));
    });

    it('leaves no grants for a later model of the same id', async () => {
      const id = await presetOf(author, { access_control: { read: { user_ids: [user.id] } } });
      await remove(author, id);
      await presetOf(author, { id });
      expect(await entryOf(user, id)).toBeUndefined();
    });

    it('refuses anonymous clients and unknown ids', async () => {
      const id = await presetOf(author, { access_control: { read: { user_ids: [user.id] } } });
      expect(await remove(user, id)).toMatchObject(refusal(401, Detail.unauthorized));
      expect((await find(author, id)).body.id).toBe(id);
      for (const caller of [user, admin])
        expect(await remove(caller, 'nope')).toMatchObject(refusal(401, Detail.notFound));
      expect((await admin.api.post(`${ROOT}/model/delete`, {})).status).toBe(422);
    });

    needsVerifiedUser('POST', `${ROOT}/model/delete`, {});
  });

  describe('GET /api/v1/configs/models', () => {
    it('begins empty', async () => {
      expect((await admin.api.get('/api/v1/configs/models')).body).toEqual({
        DEFAULT_MODELS: null,
        DEFAULT_PINNED_MODELS: null,
        MODEL_ORDER_LIST: [],
      });
    });

    it('refuses users', async () => {
      expect(await user.api.get('/api/v1/configs/models')).toMatchObject(refusal(401, Detail.accessProhibited));
    });

    needsVerifiedUser('GET', '/api/v1/configs/models');
  });

  describe('POST /api/v1/configs/models', () => {
    const config = { DEFAULT_MODELS: 'm-open', DEFAULT_PINNED_MODELS: null, MODEL_ORDER_LIST: ['m-other', 'm-open'] };

    it('orders the list', async () => {
      expect((await admin.api.post('/api/v1/configs/models', config)).body).toEqual(config);
      expect(idsOf(await list(admin)).slice(0, 2)).toEqual(['m-other', 'm-open']);
      const reset = { DEFAULT_MODELS: null, DEFAULT_PINNED_MODELS: null, MODEL_ORDER_LIST: null };
      expect((await admin.api.post('/api/v1/configs/models', reset)).body).toEqual(reset);
    });

    it('refuses users and incomplete bodies', async () => {
      expect((await user.api.post('/api/v1/configs/models', config)).status).toBe(401);
      const { status, body } = await admin.api.post('/api/v1/configs/models', {});
      expect([status, body.detail.length]).toEqual([422, 3]);
    });

    needsVerifiedUser('POST', '/api/v1/configs/models', config);
  });

  it('hands the shared presets of an account that is deleted to the administrator, and removes the others', async () => {
    const leaver = await asUser(app);
    await createGroup(admin, [leaver], { workspace: { models: true }, sharing: { models: true } });
    const hidden = await presetOf(leaver);
    const id = await presetOf(leaver, { access_control: { read: { user_ids: [user.id] } } });
    expect((await admin.api.delete(`/api/v1/users/${leaver.id}`)).status).toBe(200);
    expect((await find(user, id)).body).toMatchObject({ id, user_id: admin.id });
    expect((await find(admin, hidden)).status).toBe(401);
  });
});

describe('model access switches', () => {
  let provider: FakeOpenAiServer;
  beforeAll(async () => void (provider = await FakeOpenAiServer.start()));
  afterAll(() => provider.close());

  it('opens every model with BYPASS_MODEL_ACCESS_CONTROL', async () => {
    const app = await startTestApp({ OPENAI_API_BASE_URL: provider.url, BYPASS_MODEL_ACCESS_CONTROL: 'True' });
    try {
      expect(idsOf(await (await asUser(app)).api.get('/api/models'))).toEqual([
        'fake-small',
        'fake-large',
        'arena-model',
      ]);
    } finally {
      await app.close();
    }
  });

  it('binds administrators by sharing without BYPASS_ADMIN_ACCESS_CONTROL', async () => {
    const app = await startTestApp({ OPENAI_API_BASE_URL: provider.url, BYPASS_ADMIN_ACCESS_CONTROL: 'False' });
    try {
      const [admin, other] = [await asUser(app, 'admin'), await asUser(app, 'admin')];
      const row = { id: 'fake-small', name: 'S', meta: {}, params: {}, access_control: {} };
      await admin.api.post(`${ROOT}/create`, row);
      expect(idsOf(await admin.api.get('/api/models'))).toEqual(['fake-small']);
      expect(idsOf(await other.api.get('/api/models'))).toEqual([]);
      expect((await other.api.post(`${ROOT}/model/toggle?id=fake-small`)).status).toBe(200);
    } finally {
      await app.close();
    }
  });
});
