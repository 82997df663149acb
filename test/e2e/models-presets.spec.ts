import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createGroup } from '../support/factories/groups';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api, headersOf } from '../support/http';
import { queriesOf } from '../support/query-counter';

const ROOT = '/api/v1/models';
const PNG =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const refusal = (detail: string) => ({ status: 401, body: { detail } });

let provider: FakeOpenAiServer;
let app: TestApp;
let admin: TestUser;
/** Holds every `workspace.models…` permission, but not `sharing.public_models`. */
let author: TestUser;
let user: TestUser;
let group: string;

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  provider.models = ['m-open', 'm-closed'];
  app = await startTestApp({ OPENAI_API_BASE_URL: provider.url });
  admin = await asUser(app, 'admin');
  [author, user] = await Promise.all([asUser(app), asUser(app)]);
  await createGroup(admin, [author], { workspace: { models: true, models_import: true, models_export: true } });
  group = await createGroup(admin, [user]);
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(async () => {
  await admin.api.delete(`${ROOT}/delete/all`);
  await create(admin, { id: 'm-open', base_model_id: null, access_control: null });
});

const form = (change: object) => ({
  ...{ name: 'A preset', base_model_id: 'm-open', meta: {}, params: { system: 'Secret' }, access_control: {} },
  ...change,
});
async function create(owner: TestUser, change: object): Promise<void> {
  expect(await owner.api.post(`${ROOT}/create`, form(change))).toMatchObject({ status: 200 });
}
const list = async (caller: TestUser, query = '') => (await caller.api.get(`${ROOT}/list${query}`)).body;
const idsIn = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id);
const find = async (id: string) => (await admin.api.get(`${ROOT}/model?id=${encodeURIComponent(id)}`)).body;
const writeFor = (grants: object) => ({ write: { group_ids: [], user_ids: [], ...grants } });

function needsVerifiedUser(method: string, path: string, body?: unknown) {
  it('requires credentials and a verified account', async () => {
    const pending = await asUser(app, 'pending');
    expect(await api(app.url).request(method, path, body)).toMatchObject(refusal(Detail.notAuthenticated));
    expect(await pending.api.request(method, path, body)).toMatchObject(refusal(Detail.accessProhibited));
  });
}

describe('GET /api/v1/models/list', () => {
  it('gives what the caller may change, and what is public without its params', async () => {
    await create(admin, { id: 'closed' });
    await create(admin, { id: 'public', access_control: null });
    await create(admin, { id: 'readable', access_control: { read: { user_ids: [user.id] } } });
    await create(admin, { id: 'by-user', access_control: writeFor({ user_ids: [user.id] }) });
    await create(admin, { id: 'by-group', access_control: writeFor({ group_ids: [group] }) });
    const { items, total } = await list(user, '?order_by=name&direction=asc');
    expect([idsIn({ items }), total]).toEqual([['public', 'by-user', 'by-group'], 3]);
    const secrets = items.map(({ params }: { params: { system?: string } }) => params.system);
    expect(secrets).toEqual([undefined, 'Secret', 'Secret']);
    expect(items[0].user).toEqual({ id: admin.id, name: admin.name, role: 'admin', email: admin.email });
    expect((await list(admin)).total).toBe(5);
    expect(await list(author)).toMatchObject({ items: [{ id: 'public' }], total: 1 });
  });

  it('filters by text, tag and owner, taking wildcards for text', async () => {
    const tags = [{ name: 'Blue' }, { name: '50%' }];
    await create(admin, { id: 'tagged', name: 'A_b%c', meta: { tags } });
    await create(admin, { id: 'odd', name: 'Other', base_model_id: 'gone', meta: { tags: 'blue' } });
    await create(author, { id: 'mine', name: 'Axb', meta: { description: 'blue' } });
    const ids = async (query: string) => idsIn(await list(admin, `?order_by=name&direction=asc&${query}`));
    expect(await ids('query=a_B%25')).toEqual(['tagged']);
    expect(await ids('query=GON')).toEqual(['odd']);
    expect(await ids('tag=bLUE')).toEqual(['tagged']);
    expect(await ids('tag=5%25')).toEqual([]);
    expect(await ids('view_option=created')).toEqual(['tagged', 'odd']);
    expect(await ids('view_option=shared')).toEqual(['mine']);
    expect(await ids('query=&tag=&view_option=')).toHaveLength(3);
  });

  it('gives pages of 30, the latest change first, ties by insertion', async () => {
    const ids = Array.from({ length: 65 }, (_, index) => `p-${String(index).padStart(2, '0')}`);
    await admin.api.post(`${ROOT}/import`, { models: ids.map((id) => form({ id })) });
    await app.get(DataSource).query('UPDATE model SET updated_at = 5');
    const pages = await Promise.all([1, 2, 3, 4, 0].map((page) => list(admin, `?page=${page}`)));
    expect(pages.map(({ total }) => total)).toEqual([65, 65, 65, 65, 65]);
    expect(pages.slice(0, 4).flatMap(idsIn)).toEqual(ids.toReversed());
    expect(idsIn(pages[4])).toEqual(idsIn(pages[0]));
    await admin.api.post(`${ROOT}/model/update`, form({ id: 'p-64', name: 'B' }));
    expect(idsIn(await list(admin))[0]).toBe('p-64');
    expect(idsIn(await list(admin, '?order_by=name'))[0]).toBe('p-64');
  });

  it('asks the database no more for many rows', async () => {
    const models = Array.from({ length: 29 }, (_, index) => form({ id: `q-${index}`, access_control: null }));
    await admin.api.post(`${ROOT}/import`, { models: models.slice(0, 2) });
    const count = async () => (await queriesOf(app.get(DataSource), () => list(user))).length;
    await count();
    const few = await count();
    await admin.api.post(`${ROOT}/import`, { models });
    expect(await count()).toBeLessThanOrEqual(few);
  });

  it('refuses a page that is no number', async () => {
    expect((await admin.api.get(`${ROOT}/list?page=x`)).status).toBe(422);
  });

  needsVerifiedUser('GET', `${ROOT}/list`);
});

describe('GET /api/v1/models/tags', () => {
  it('gives the tags of what the caller may change, once', async () => {
    await create(admin, { id: 'a', meta: { tags: [{ name: 'green' }, { name: 'Blue' }, 'odd', { name: null }] } });
    await create(admin, { id: 'b', meta: { tags: [{ name: 'green' }] }, access_control: null });
    await create(author, { id: 'c', meta: { tags: [{ name: 'mine' }] } });
    expect((await admin.api.get(`${ROOT}/tags`)).body).toEqual(['Blue', 'green', 'mine']);
    expect((await author.api.get(`${ROOT}/tags`)).body).toEqual(['mine']);
    expect((await user.api.get(`${ROOT}/tags`)).body).toEqual([]);
  });

  needsVerifiedUser('GET', `${ROOT}/tags`);
});

describe('GET /api/v1/models/export', () => {
  it('gives presets whole, to those who may change them', async () => {
    await create(admin, { id: 'public', access_control: null });
    await create(author, { id: 'mine', meta: { profile_image_url: PNG } });
    const { body } = await author.api.get(`${ROOT}/export`);
    expect(body).toMatchObject([
      { id: 'mine', params: { system: 'Secret' }, meta: { profile_image_url: PNG }, access_control: {} },
    ]);
    expect((await admin.api.get(`${ROOT}/export`)).body).toHaveLength(2);
  });

  it('refuses users without the permission', async () => {
    expect(await user.api.get(`${ROOT}/export`)).toMatchObject(refusal(Detail.unauthorized));
  });

  needsVerifiedUser('GET', `${ROOT}/export`);
});

describe('POST /api/v1/models/import', () => {
  const put = (caller: TestUser, ...models: object[]) => caller.api.post(`${ROOT}/import`, { models });

  it('brings back what was exported', async () => {
    await create(author, { id: 'mine', meta: { profile_image_url: PNG, tags: [{ name: 't' }] } });
    const before = (await author.api.get(`${ROOT}/export`)).body;
    await author.api.post(`${ROOT}/model/delete`, { id: 'mine' });
    expect(await put(author, ...before)).toMatchObject({ status: 200, body: true });
    const stamps = { created_at: expect.any(Number), updated_at: expect.any(Number) };
    expect((await author.api.get(`${ROOT}/export`)).body).toEqual([{ ...before[0], ...stamps }]);
  });

  it('lays items over rows of the caller, and leaves out those without an id', async () => {
    await create(author, { id: 'mine', name: 'Before', is_active: false });
    await put(author, { id: 'mine', name: 'After' }, { name: 'no id' }, { id: '' }, { id: 'x'.repeat(257), name: 'x' });
    expect(await find('mine')).toMatchObject({
      ...{ name: 'After', base_model_id: 'm-open', params: {}, is_active: false, user_id: author.id },
      access_control: {},
    });
    expect((await list(admin)).total).toBe(1);
  });

  it('leaves the rows of others as they are', async () => {
    await create(admin, { id: 'theirs', name: 'Theirs' });
    await create(admin, { id: 'public', name: 'Public', access_control: null });
    await put(
      author,
      { id: 'theirs', name: 'Hijack' },
      { id: 'public', name: 'Hijack' },
      { id: 'm-open', name: 'Hijack' },
    );
    for (const id of ['theirs', 'public', 'm-open']) expect(await find(id)).toMatchObject({ user_id: admin.id });
    expect(JSON.stringify((await admin.api.get('/api/models')).body)).not.toContain('Hijack');
  });

  it('opens nothing that is closed to the caller, and publishes nothing', async () => {
    const closed = [{ base_model_id: 'm-closed' }, { base_model_id: null }, { id: 'm-closed' }];
    for (const change of closed) expect((await put(author, form({ id: 'new', ...change }))).status).toBe(401);
    await put(author, form({ id: 'new', access_control: null }));
    expect((await find('new')).access_control).toEqual({});
  });

  it('puts in all or nothing', async () => {
    expect((await put(admin, form({ id: 'good' }), { id: 'bad' })).status).toBe(422);
    expect(
      (await put(admin, form({ id: 'good' }), form({ id: 'bad', meta: { profile_image_url: 'data:text/html,x' } })))
        .status,
    ).toBe(400);
    expect((await put(author, form({ id: 'good' }), form({ id: 'bad', base_model_id: 'm-closed' }))).status).toBe(401);
    expect((await list(admin)).total).toBe(0);
  });

  it('refuses wrong bodies, and users without the permission', async () => {
    expect((await admin.api.post(`${ROOT}/import`, { models: {} })).body.detail[0].type).toBe('list_type');
    expect((await admin.api.post(`${ROOT}/import`, {})).status).toBe(422);
    expect(await put(user)).toMatchObject(refusal(Detail.unauthorized));
  });

  needsVerifiedUser('POST', `${ROOT}/import`, { models: [] });
});

describe('POST /api/v1/models/sync', () => {
  const row = (change: object) => ({ ...form(change), user_id: 'x', is_active: true, updated_at: 1, created_at: 2 });

  it('replaces every row; grants of deleted rows are deleted', async () => {
    await create(author, { id: 'old', access_control: { read: { user_ids: [user.id] } } });
    await create(author, { id: 'kept', name: 'Before' });
    const models = [row({ id: 'kept', name: 'After' }), row({ id: 'new', access_control: null })];
    const { status, body } = await admin.api.post(`${ROOT}/sync`, { models });
    expect([status, body]).toMatchObject([
      200,
      [
        { id: 'kept', name: 'After', user_id: admin.id, created_at: 2, access_control: {} },
        { id: 'new', access_control: null },
      ],
    ]);
    await create(author, { id: 'm-open', base_model_id: null }).catch(() => undefined);
    await create(admin, { id: 'old' });
    expect((await user.api.get(`${ROOT}/model?id=old`)).body).toBeNull();
  });

  it('takes nothing for no rows', async () => {
    expect(await admin.api.post(`${ROOT}/sync`, {})).toMatchObject({ status: 200, body: [] });
  });

  it('changes nothing for a body with a fault', async () => {
    const { status } = await admin.api.post(`${ROOT}/sync`, { models: [row({ id: 'new' }), { id: 's1' }] });
    expect([status, (await find('m-open')).id]).toEqual([422, 'm-open']);
  });

  it('refuses everybody but administrators', async () => {
    expect(await author.api.post(`${ROOT}/sync`, { models: [] })).toMatchObject(refusal(Detail.accessProhibited));
    expect((await find('m-open')).id).toBe('m-open');
  });

  needsVerifiedUser('POST', `${ROOT}/sync`, { models: [] });
});

describe('DELETE /api/v1/models/delete/all', () => {
  it('deletes every row for administrators, and nothing for others', async () => {
    expect(await author.api.delete(`${ROOT}/delete/all`)).toMatchObject(refusal(Detail.accessProhibited));
    expect((await find('m-open')).id).toBe('m-open');
    expect(await admin.api.delete(`${ROOT}/delete/all`)).toMatchObject({ status: 200, body: true });
    expect((await user.api.get('/api/models')).body.data).toEqual([]);
  });

  needsVerifiedUser('DELETE', `${ROOT}/delete/all`);
});

describe('GET /api/v1/models/model/profile/image', () => {
  const image = (caller: TestUser, id: string) =>
    fetch(`${app.url}${ROOT}/model/profile/image?id=${id}&lang=en`, {
      headers: { Authorization: `Bearer ${caller.token}` },
      redirect: 'manual',
    });

  it('gives the picture to those who may use the model, and the favicon to others', async () => {
    await create(author, { id: 'mine', meta: { profile_image_url: PNG } });
    const own = await image(author, 'mine');
    expect([own.status, own.headers.get('content-type'), own.headers.get('x-content-type-options')]).toEqual([
      200,
      'image/png',
      'nosniff',
    ]);
    expect(`data:image/png;base64,${Buffer.from(await own.arrayBuffer()).toString('base64')}`).toBe(PNG);
    await create(author, { id: 'plain' });
    const favicon = Buffer.from(await (await fetch(`${app.url}/static/favicon.png`)).arrayBuffer());
    for (const answer of [await image(user, 'mine'), await image(user, 'nope'), await image(author, 'plain')])
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(favicon);
  });

  it('redirects to no other address', async () => {
    await create(admin, { id: 'far', meta: { profile_image_url: 'https://example.org/a.png' }, access_control: null });
    expect((await image(user, 'far')).status).toBe(200);
  });

  it('is not sent again to those who have it', async () => {
    const url = `${app.url}${ROOT}/model/profile/image?id=nope`;
    const { etag } = await headersOf(url, user);
    expect((await headersOf(url, user, etag)).status).toBe(304);
  });

  it('requires an id', async () => {
    expect((await user.api.get(`${ROOT}/model/profile/image`)).status).toBe(422);
  });

  needsVerifiedUser('GET', `${ROOT}/model/profile/image?id=x`);
});
