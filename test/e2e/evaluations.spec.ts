import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import type { JsonObject } from '../../src/common/util/json';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createChat } from '../support/chat';
import { api, type Answer, type Api } from '../support/http';
import { queriesOf } from '../support/query-counter';

const ROOT = '/api/v1/evaluations';
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const rating = (data: JsonObject = {}, more: JsonObject = {}) => ({
  type: 'rating',
  data: { rating: 1, model_id: 'a', sibling_model_ids: ['b'], ...data },
  ...more,
});

let app: TestApp;
let admin: TestUser;
let user: TestUser;
let other: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  admin = await asUser(app, 'admin');
  [user, other] = [await asUser(app), await asUser(app)];
});
afterAll(() => app.close());
beforeEach(() => admin.api.delete(`${ROOT}/feedbacks/all`));

const create = async (owner: TestUser, form: object = rating()): Promise<string> => {
  const { status, body } = await owner.api.post(`${ROOT}/feedback`, form);
  expect([status, body.user_id, body.version]).toEqual([200, owner.id, 0]);
  return body.id;
};

const forAdmins: [string, (client: Api) => Promise<Answer>][] = [
  ['GET /feedbacks/all', (client) => client.get(`${ROOT}/feedbacks/all`)],
  ['GET /feedbacks/all/export', (client) => client.get(`${ROOT}/feedbacks/all/export`)],
  ['GET /feedbacks/list', (client) => client.get(`${ROOT}/feedbacks/list`)],
  ['GET /leaderboard', (client) => client.get(`${ROOT}/leaderboard`)],
  ['DELETE /feedbacks/all', (client) => client.delete(`${ROOT}/feedbacks/all`)],
];
const forUsers: typeof forAdmins = [
  ['GET /feedbacks/user', (client) => client.get(`${ROOT}/feedbacks/user`)],
  ['DELETE /feedbacks', (client) => client.delete(`${ROOT}/feedbacks`)],
  ['POST /feedback', (client) => client.post(`${ROOT}/feedback`, rating())],
  ['GET /feedback/{id}', (client) => client.get(`${ROOT}/feedback/any`)],
  ['POST /feedback/{id}', (client) => client.post(`${ROOT}/feedback/any`, rating())],
  ['DELETE /feedback/{id}', (client) => client.delete(`${ROOT}/feedback/any`)],
];

describe.each([...forAdmins, ...forUsers])('%s', (_, send) => {
  it('refuses anonymous requests and pending accounts', async () => {
    expect(await send(api(app.url))).toMatchObject(refusal(401, Detail.notAuthenticated));
    expect(await send((await asUser(app, 'pending')).api)).toMatchObject(refusal(401, Detail.accessProhibited));
  });
});

it.each(forAdmins)('%s is for administrators', async (_, send) => {
  await create(user);
  expect(await send(user.api)).toMatchObject(refusal(401, Detail.accessProhibited));
  expect((await admin.api.get(`${ROOT}/feedbacks/list`)).body.total).toBe(1);
});

describe('POST /feedback', () => {
  it('takes four fields only', async () => {
    const forged = { id: 'chosen', user_id: other.id, version: 7, created_at: 5, updated_at: 5, modelId: 'x' };
    const { body } = await user.api.post(`${ROOT}/feedback`, { ...rating(), ...forged });
    expect(body).toMatchObject({ user_id: user.id, version: 0 });
    expect([body.id, body.created_at]).not.toContain('chosen');
    expect((await admin.api.get(`${ROOT}/feedback/chosen`)).status).toBe(404);
    expect(body.created_at).toBeGreaterThan(5);
  });

  it('keeps what clients add to the objects', async () => {
    const snapshot = { chat: { id: 'local', chat: { title: 'T' } }, extra: [1] };
    const id = await create(user, rating({ tags: ['t'], details: { rating: 7 } }, { meta: { a: [1] }, snapshot }));
    expect((await user.api.get(`${ROOT}/feedback/${id}`)).body).toMatchObject({
      data: { tags: ['t'], details: { rating: 7 }, reason: null },
      ...{ meta: { a: [1] }, snapshot },
    });
  });

  it("refuses another user's chat like a missing one, and takes own and local ones", async () => {
    const [own, foreign] = [await createChat(user, 'Hi'), await createChat(other, 'Hi')];
    const send = (chat_id: string) => user.api.post(`${ROOT}/feedback`, rating({}, { meta: { chat_id } }));
    for (const id of [own.id, 'local', 'local:abc', '']) expect((await send(id)).status).toBe(200);
    for (const id of [foreign.id, 'x-local:', 'missing', 'locality'])
      expect(await send(id)).toMatchObject(refusal(400, Detail.generic));
  });

  it.each([
    ['no type', { data: {} }, ['body', 'type']],
    ['a rating that is a fraction', rating({ rating: 0.5 }), ['body', 'data', 'rating', 'str']],
    [
      'too many other models',
      rating({ sibling_model_ids: Array(101).fill('m') }),
      ['body', 'data', 'sibling_model_ids'],
    ],
    ['too large data', rating({ extra: 'x'.repeat(60_000) }), ['body', 'data']],
    ['too large meta', rating({}, { meta: { extra: 'x'.repeat(20_000) } }), ['body', 'meta']],
    ['a snapshot that is a list', rating({}, { snapshot: [] }), ['body', 'snapshot']],
  ])('refuses %s', async (_, form, loc) => {
    const { status, body } = await user.api.post(`${ROOT}/feedback`, form);
    expect([status, body.detail[0].loc]).toEqual([422, loc]);
    expect(JSON.stringify(body).length).toBeLessThan(2000);
  });

  it('refuses a snapshot that is too large', async () => {
    const form = rating({}, { snapshot: { chat: { text: 'x'.repeat(16_000_000) } } });
    expect((await user.api.post(`${ROOT}/feedback`, form)).status).toBe(413);
  });
});

describe('POST /feedback/{id}', () => {
  it('replaces what is sent, an empty object too, and keeps the rest', async () => {
    const id = await create(user, rating({}, { meta: { arena: true }, snapshot: { chat: { id: 'local' } } }));
    const { body } = await user.api.post(`${ROOT}/feedback/${id}`, { type: 'other', data: { rating: -1 }, meta: {} });
    expect(body).toMatchObject({
      type: 'rating',
      data: { rating: -1, model_id: null },
      ...{ meta: {}, snapshot: { chat: { id: 'local' } } },
    });
  });

  it('lets administrators change a rating, which stays that of its user', async () => {
    const id = await create(user);
    expect((await admin.api.post(`${ROOT}/feedback/${id}`, { ...rating(), user_id: admin.id })).body.user_id).toBe(
      user.id,
    );
  });

  it('keeps the chat of a rating that was deleted since, and takes no other', async () => {
    const [chat, foreign] = [await createChat(user, 'Hi'), await createChat(other, 'Hi')];
    const id = await create(user, rating({}, { meta: { chat_id: chat.id } }));
    await user.api.delete(`/api/v1/chats/${chat.id}`);
    const send = (chat_id: string) => user.api.post(`${ROOT}/feedback/${id}`, rating({}, { meta: { chat_id } }));
    expect((await send(chat.id)).status).toBe(200);
    expect((await send(foreign.id)).status).toBe(400);
  });
});

it("another user's rating is missing, whatever is done to it", async () => {
  const id = await create(user);
  const missing = refusal(404, Detail.notFound);
  expect(await other.api.get(`${ROOT}/feedback/${id}`)).toMatchObject(missing);
  expect(await other.api.post(`${ROOT}/feedback/${id}`, rating({ rating: -1 }))).toMatchObject(missing);
  expect(await other.api.delete(`${ROOT}/feedback/${id}`)).toMatchObject(missing);
  expect((await other.api.get(`${ROOT}/feedbacks/user`)).body).toEqual([]);
  expect((await other.api.delete(`${ROOT}/feedbacks`)).body).toBe(false);
  expect((await user.api.get(`${ROOT}/feedback/${id}`)).body.data.rating).toBe(1);
  expect((await user.api.delete(`${ROOT}/feedback/${id}`)).body).toBe(true);
});

describe('lists', () => {
  it('sort ratings as numbers, models and accounts, with nulls last', async () => {
    const ids: string[] = [];
    for (const [rating_, model] of [
      ['10', 'b'],
      [9, 'c'],
      [-1, 'a'],
      ['good', null],
    ] as const)
      ids.push(await create(user, rating({ rating: rating_, model_id: model })));
    const order = async (query: string) =>
      (await admin.api.get(`${ROOT}/feedbacks/list?${query}`)).body.items.map(({ id }: { id: string }) =>
        ids.indexOf(id),
      );
    expect(await order('order_by=rating&direction=desc')).toEqual([0, 1, 2, 3]);
    expect(await order('order_by=rating&direction=asc')).toEqual([2, 1, 0, 3]);
    expect(await order('order_by=model_id&direction=asc')).toEqual([2, 0, 1, 3]);
    expect(await order('order_by=username&direction=asc')).toEqual([0, 1, 2, 3]);
    expect(await order('order_by=id%3BDROP')).toEqual([3, 2, 1, 0]);
    expect(await order('page=2')).toEqual([]);
    expect(await order(`page=${Number.MAX_SAFE_INTEGER}`)).toEqual([]);
  });

  it('do not show the ratings of a deleted account', async () => {
    const leaver = await asUser(app);
    await create(leaver);
    const kept = await create(user);
    await admin.api.delete(`/api/v1/users/${leaver.id}`);
    for (const path of ['all', 'all/export'])
      expect((await admin.api.get(`${ROOT}/feedbacks/${path}`)).body).toMatchObject([{ id: kept }]);
    expect((await admin.api.get(`${ROOT}/feedbacks/list`)).body).toMatchObject({ total: 1, items: [{ id: kept }] });
  });

  it('read ten thousand ratings with few statements, and no snapshots', async () => {
    await app.get(DataSource).query(
      `INSERT INTO feedback (id, user_id, type, model_id, rating, data, snapshot, created_at, updated_at)
       SELECT 'many-' || lpad(n::text, 5, '0'), $1, 'rating', 'm', 1, '{"rating": 1, "model_id": "m"}', '{"chat": {}}', n, n
       FROM generate_series(1, 10000) AS n`,
      [user.id],
    );
    const read = async (path: string) => {
      let answer: Answer | undefined;
      const statements = await queriesOf(app.get(DataSource), async () => (answer = await admin.api.get(path)));
      return { body: answer?.body, own: statements.filter((statement) => statement.includes('feedback')) };
    };
    const page = await read(`${ROOT}/feedbacks/list?page=334&order_by=updated_at&direction=asc`);
    expect([page.own.length, page.body.total, page.body.items.length]).toEqual([2, 10_000, 10]);
    const all = await read(`${ROOT}/feedbacks/all`);
    expect(all.body.map(({ id }: { id: string }) => id)).toEqual(
      Array.from({ length: 10_000 }, (_, n) => `many-${String(10_000 - n).padStart(5, '0')}`),
    );
    expect(all.own.length).toBe(1 + 10_000 / 500);
    expect([...page.own, ...all.own].join()).not.toMatch(/snapshot/);
    expect((await user.api.delete(`${ROOT}/feedbacks`)).body).toBe(true);
  });
});

describe('GET /feedbacks/all/export', () => {
  it('has the snapshots, as an array or as lines', async () => {
    const ids = [
      await create(user, { type: 'rating' }),
      await create(user, rating({}, { snapshot: { chat: { n: '"\n' } } })),
    ];
    const { body } = await admin.api.get(`${ROOT}/feedbacks/all/export`);
    expect(body).toMatchObject([
      { id: ids[1], snapshot: { chat: { n: '"\n' } } },
      { id: ids[0], snapshot: null },
    ]);
    expect(Object.keys(body[0]).slice(-3)).toEqual(['snapshot', 'created_at', 'updated_at']);
    const headers = { Accept: 'application/x-ndjson', Authorization: `Bearer ${admin.token}` };
    const lines = await (await fetch(`${app.url}${ROOT}/feedbacks/all/export`, { headers })).text();
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(body);
  });
});

describe('GET /leaderboard', () => {
  const leaderboard = async (tag = '') => (await admin.api.get(`${ROOT}/leaderboard?tag=${tag}`)).body;

  it('ranks models by ratings, of all topics or of one', async () => {
    expect(await leaderboard()).toEqual({
      ...{ models: [], comparisons: 0, is_truncated: false, topics: [] },
    });
    await create(user, rating({ tags: ['code'] }));
    await create(user, rating({ tags: ['code', 'prose'], rating: '-1', sibling_model_ids: ['b', 'c'] }));
    await create(user, rating({ rating: 5 }));
    await create(user, rating({ model_id: null }));
    const body = await leaderboard();
    expect(body).toMatchObject({
      comparisons: 3,
      topics: [
        { tag: 'code', count: 2 },
        { tag: 'prose', count: 1 },
      ],
    });
    const [best, , worst] = body.models;
    expect([best.model_id, best.won, best.lost]).toEqual(['c', 1, 0]);
    expect([worst.model_id, worst.won, worst.lost]).toEqual(['a', 1, 2]);
    expect(best.bradley_terry.rating).toBeGreaterThan(worst.bradley_terry.rating);
    expect(worst.bradley_terry.lower).toBeLessThan(worst.bradley_terry.rating);
  });

  it('counts the last rating first, as the page of the web client', async () => {
    await create(user, rating());
    await create(user, rating({ rating: -1 }));
    await app.get(DataSource).query(`UPDATE feedback SET updated_at = updated_at + 1 WHERE rating = -1`);
    const { models } = await leaderboard();
    expect(models.map(({ elo }: { elo: { rating: number } }) => Math.round(elo.rating))).toEqual([1001, 999]);
    expect(models[0].model_id).toBe('a');
  });

  it('ranks the ratings with a tag', async () => {
    await create(user, rating({ tags: ['code'] }));
    await create(user, rating({ tags: ['prose'], rating: -1 }));
    await create(user, rating({ tags: 'code', rating: -1 }));
    const { models, comparisons } = await leaderboard('code');
    expect([comparisons, models[0]]).toMatchObject([1, { model_id: 'a', elo: { rating: 1016 } }]);
  });
});
