import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createGroup } from '../support/factories/groups';
import { api, type Answer, type Api } from '../support/http';
import { queriesOf } from '../support/query-counter';
import { connectSocket } from '../support/socket';

const ROOT = '/api/v1/notes';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const titlesOf = ({ body }: Answer<{ title: string }[]>) => body.map(({ title }) => title);

let app: TestApp;
let admin: TestUser;
/** Holds `sharing.notes`. */
let owner: TestUser;
let other: TestUser;
/** Member of `group`. */
let member: TestUser;
let group: string;

beforeAll(async () => {
  app = await startTestApp();
  admin = await asUser(app, 'admin');
  [owner, other, member] = [await asUser(app), await asUser(app), await asUser(app)];
  await createGroup(admin, [owner], { sharing: { notes: true } });
  group = await createGroup(admin, [member]);
});
afterAll(() => app.close());
beforeEach(() => app.get(DataSource).query('DELETE FROM note'));

/** A note of the owner; private by default. */
async function createNote(title: string, access_control: object | null = {}, creator = owner): Promise<string> {
  const form = { title, data: { content: { json: null, html: '', md: 'text' } }, meta: null, access_control };
  const { status, body } = await creator.api.post(`${ROOT}/create`, form);
  expect(status).toBe(200);
  return body.id;
}
const readers = () => ({ read: { user_ids: [other.id] } });
const writers = () => ({ read: { user_ids: [other.id] }, write: { user_ids: [other.id], group_ids: [group] } });

const routes: [string, (client: Api, id?: string) => Promise<Answer>][] = [
  ['GET /', (client) => client.get(`${ROOT}/`)],
  ['GET /list', (client) => client.get(`${ROOT}/list`)],
  ['POST /create', (client) => client.post(`${ROOT}/create`, { title: 'x' })],
  ['GET /{id}', (client, id = 'any') => client.get(`${ROOT}/${id}`)],
  ['POST /{id}/update', (client, id = 'any') => client.post(`${ROOT}/${id}/update`, { title: 'x' })],
  ['DELETE /{id}/delete', (client, id = 'any') => client.delete(`${ROOT}/${id}/delete`)],
];

it.each(routes)('%s refuses anonymous, pending and unpermitted users', async (_, send) => {
  expect(await send(api(app.url))).toMatchObject(refusal(401, Detail.notAuthenticated));
  expect(await send((await asUser(app, 'pending')).api)).toMatchObject(refusal(401, Detail.accessProhibited));
  const { body: permissions } = await admin.api.get('/api/v1/users/default/permissions');
  const save = (notes: boolean) =>
    admin.api.post('/api/v1/users/default/permissions', {
      ...permissions,
      features: { ...permissions.features, notes },
    });
  await save(false);
  expect(await send(other.api)).toMatchObject(refusal(401, Detail.unauthorized));
  expect((await send(admin.api)).status).not.toBe(401);
  await save(true);
});

it.each(routes.slice(3))("%s refuses another user's note, and says when there is none", async (_, send) => {
  const id = await createNote('private');
  expect(await send(other.api, id)).toMatchObject(refusal(403, Detail.generic));
  expect(await send(other.api, 'missing')).toMatchObject(refusal(404, Detail.notFound));
  expect((await owner.api.get(`${ROOT}/${id}`)).body.title).toBe('private');
});

describe('lists', () => {
  it('have own notes and those with a write grant, last changed first; administrators get no others', async () => {
    await createNote('own of other', {}, other);
    await createNote('read', readers());
    await createNote('public', null, admin);
    await createNote('write', writers());
    expect(titlesOf(await other.api.get(`${ROOT}/`))).toEqual(['write', 'own of other']);
    expect(titlesOf(await other.api.get(`${ROOT}/list`))).toEqual(['write', 'own of other']);
    expect(titlesOf(await member.api.get(ROOT))).toEqual(['write']);
    expect(titlesOf(await admin.api.get(`${ROOT}/list?page=1`))).toEqual(['public']);
    const [listed] = (await other.api.get(`${ROOT}/`)).body;
    expect(listed.user).toEqual({ id: owner.id, name: owner.name, role: 'user', email: owner.email });
  });

  it('have pages of sixty titles, and take a constant number of statements', async () => {
    await app.get(DataSource).query(
      `INSERT INTO note (id, user_id, title, created_at, updated_at)
       SELECT 'n' || lpad(n::text, 4, '0'), $1, 'T' || n, n, n FROM generate_series(1, 1000) AS n`,
      [other.id],
    );
    const read = async (path: string) => {
      let answer: Answer | undefined;
      const statements = await queriesOf(app.get(DataSource), async () => (answer = await other.api.get(path)));
      return { length: answer?.body.length, first: answer?.body[0]?.title, statements: statements.length };
    };
    const page = await read(`${ROOT}/list?page=2`);
    expect(page).toMatchObject({ length: 60, first: 'T940' });
    expect(await read(`${ROOT}/list?page=0`)).toMatchObject({ length: 60, first: 'T1000' });
    const all = await read(`${ROOT}/`);
    expect(all).toMatchObject({ length: 1000, first: 'T1000' });
    await app.get(DataSource).query(`DELETE FROM note WHERE id > 'n0001'`);
    expect([(await read(`${ROOT}/list?page=1`)).statements, (await read(`${ROOT}/`)).statements]).toEqual([
      page.statements,
      all.statements,
    ]);
  });

  it('show notes whose owner was deleted without one', async () => {
    const leaver = await asUser(app);
    await createGroup(admin, [leaver], { sharing: { notes: true } });
    const id = await createNote('left', { write: { user_ids: [other.id] } }, leaver);
    await app.get(DataSource).query('UPDATE note SET user_id = $1 WHERE id = $2', ['gone', id]);
    expect((await other.api.get(`${ROOT}/`)).body).toMatchObject([{ id, user: null }]);
  });
});

describe('POST /create', () => {
  it('publishes only with the permission, and shares only with the other', async () => {
    const sharing = async (creator: TestUser, wanted: object | null | undefined) =>
      (await creator.api.post(`${ROOT}/create`, { title: 'x', access_control: wanted })).body.access_control;
    expect(await sharing(owner, null)).toEqual({});
    expect(await sharing(owner, undefined)).toEqual({});
    expect(await sharing(admin, null)).toBeNull();
    expect(await sharing(member, readers())).toEqual({});
    expect(await sharing(owner, readers())).toMatchObject({ read: { user_ids: [other.id] } });
  });

  it.each([
    ['no title', {}],
    ['data that are no object', { title: 'x', data: 'y' }],
    ['a title that is too long', { title: 'x'.repeat(513) }],
    ['too large data', { title: 'x', data: { content: 'x'.repeat(4_000_000) } }],
    ['too large meta', { title: 'x', meta: { a: 'x'.repeat(20_000) } }],
  ])('refuses %s', async (_, form) => {
    const { status, body } = await owner.api.post(`${ROOT}/create`, form);
    expect(status).toBe(422);
    expect(JSON.stringify(body).length).toBeLessThan(2000);
  });
});

describe('POST /{id}/update', () => {
  it('merges data and meta by key, also into null, and keeps the sharing when it is absent', async () => {
    const id = await createNote('a', writers());
    const { body } = await other.api.post(`${ROOT}/${id}/update`, { title: 'b', data: { files: [] }, meta: { m: 1 } });
    expect(body).toMatchObject({
      ...{ title: 'b', user_id: owner.id, data: { content: { md: 'text' }, files: [] }, meta: { m: 1 } },
      access_control: { write: { user_ids: [other.id], group_ids: [group] } },
    });
    expect(body.updated_at).toBeGreaterThan(body.created_at);
  });

  it('lets only the owner and administrators share', async () => {
    const id = await createNote('a', writers());
    const share = (user: TestUser, access_control: object | null) =>
      user.api.post(`${ROOT}/${id}/update`, { title: 'a', access_control });
    expect((await share(other, {})).body.access_control).toMatchObject({ write: { user_ids: [other.id] } });
    expect((await share(owner, readers())).body.access_control).toMatchObject({ read: { user_ids: [other.id] } });
    expect(await share(other, {})).toMatchObject(refusal(403, Detail.generic));
    expect((await share(admin, null)).body.access_control).toBeNull();
  });

  it('merges concurrent changes of different keys', async () => {
    const id = await createNote('a');
    const keys = Array.from({ length: 10 }, (_, index) => `k${index}`);
    await Promise.all(keys.map((key) => owner.api.post(`${ROOT}/${id}/update`, { title: 'a', data: { [key]: 1 } })));
    expect(Object.keys((await owner.api.get(`${ROOT}/${id}`)).body.data).sort()).toEqual(['content', ...keys]);
  });

  it('refuses data that grow too large', async () => {
    const id = await createNote('a');
    const grow = (key: string) =>
      owner.api.post(`${ROOT}/${id}/update`, { title: 'a', data: { [key]: 'x'.repeat(3_000_000) } });
    expect((await grow('a')).status).toBe(200);
    expect((await grow('b')).status).toBe(413);
  });
});

describe('join-note', () => {
  it('gets changes while the user may read, and nothing more afterwards', async () => {
    const id = await createNote('a', readers());
    const [reader, foreign] = [await connectSocket(app.url, other.token), await connectSocket(app.url, member.token)];
    for (const socket of [reader, foreign]) expect(await socket.emit('join-note', { note_id: id })).toEqual([]);
    for (const body of [undefined, 'x', {}, { note_id: 5 }]) await reader.emit('join-note', body);
    await owner.api.post(`${ROOT}/${id}/update`, { title: 'b' });
    const note = await reader.waitFor((name) => name === 'note-events');
    expect(note).toMatchObject({ id, title: 'b', data: { content: { md: 'text' } } });
    await owner.api.post(`${ROOT}/${id}/update`, { title: 'c', access_control: {} });
    await owner.api.post(`${ROOT}/${id}/update`, { title: 'secret' });
    await reader.emit('heartbeat', {});
    expect(JSON.stringify(reader.received)).not.toContain('secret');
    expect(foreign.received).toEqual([]);
    reader.close();
    foreign.close();
  });
});
