/** @services */
import { request as httpRequest } from 'node:http';
import { Logger } from '@nestjs/common';
import { Detail } from '../../src/common/errors/details';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api } from '../support/http';

const SIGN_IN = '/api/v1/auths/signin';
const LIMIT = 15;
const limited = { status: 429, body: { detail: Detail.rateLimited } };

const redis = process.env.TEST_REDIS_URL;
const drivers: [string, Record<string, string>][] = [['in memory', {}]];
if (redis) drivers.push(['in Redis', { REDIS_URL: redis, REDIS_KEY_PREFIX: `confab-test-${process.pid}` }]);

/** Each test uses its own addresses, as reported by a proxy. */
describe.each(drivers)('limits %s', (_, env) => {
  let app: TestApp;
  let victim: TestUser;
  let networks = 0;

  const address = () => `198.51.${100 + Math.floor(++networks / 250)}.${networks % 250}`;
  const signIn = (email: string, password: string, from: string) =>
    api(app.url).post(SIGN_IN, { email, password }, { headers: { 'X-Forwarded-For': from } });
  const guess = async (email: string, from: string, times: number) => {
    const answers = [];
    for (let i = 0; i < times; i++) answers.push((await signIn(email, `guess ${i}`, from)).status);
    return answers;
  };
  const times = (count: number, status: number) => Array<number>(count).fill(status);

  beforeAll(async () => {
    app = await startTestApp({ TRUST_PROXY: '1', SIGNIN_ADDRESS_LIMIT: '60', ...env });
  });
  beforeEach(async () => {
    victim = await asUser(app);
  });
  afterAll(() => app.close());

  it('refuse the 16th attempt for an address, right or wrong, known or not', async () => {
    const from = address();
    expect(await guess(victim.email, from, LIMIT + 1)).toEqual([...times(LIMIT, 400), 429]);
    const answer = await signIn(victim.email.toUpperCase(), victim.password, from);
    expect(answer).toMatchObject(limited);
    const retryAfter = Number(answer.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(120);
    expect(retryAfter).toBeLessThanOrEqual(240);
    expect(await guess(`nobody-${from}@example.com`, from, LIMIT + 1)).toEqual([...times(LIMIT, 400), 429]);
  });

  it('do not count bodies that are refused', async () => {
    const from = address();
    const headers = { 'X-Forwarded-For': from };
    for (let i = 0; i < LIMIT + 1; i++)
      expect(await api(app.url).post(SIGN_IN, { email: victim.email }, { headers })).toMatchObject({ status: 422 });
    expect(await signIn(victim.email, victim.password, from)).toMatchObject({ status: 200 });
  });

  it('count parallel attempts one by one', async () => {
    const from = address();
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => signIn(victim.email, `guess ${i}`, from)));
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(LIMIT);
  });

  it('do not let one network lock the user out', async () => {
    await guess(victim.email, address(), 2 * LIMIT);
    expect(await signIn(victim.email, victim.password, address())).toMatchObject({ status: 200 });
  });

  it('hold for many networks together, but not for known networks of the user', async () => {
    const home = address();
    expect(await signIn(victim.email, victim.password, home)).toMatchObject({ status: 200 });
    const answers = [];
    for (let i = 0; i < LIMIT + 3; i++) answers.push(...(await guess(victim.email, address(), 1)));
    expect(answers.filter((status) => status === 400)).toHaveLength(LIMIT - 1);
    expect(answers.at(-1)).toBe(429);
    expect(await signIn(victim.email, victim.password, address())).toMatchObject(limited);
    expect(await signIn(victim.email, victim.password, home)).toMatchObject({ status: 200 });
  });

  it('see one network in addresses that share 64 bits', async () => {
    const prefix = `2001:db8:${(++networks).toString(16)}:1`;
    const answers = [];
    for (let i = 0; i <= LIMIT; i++) answers.push((await signIn(victim.email, 'guess', `${prefix}::${i}`)).status);
    expect(answers).toEqual([...times(LIMIT, 400), 429]);
  });

  it('stop a network that tries many accounts, and let others in', async () => {
    const from = address();
    const answers = [];
    for (let i = 0; i < 61; i++) answers.push((await signIn(`u${i}@${from}.example`, 'guess', from)).status);
    expect(answers).toEqual([...times(60, 400), 429]);
    expect(await signIn(victim.email, victim.password, from)).toMatchObject(limited);
    expect(await signIn(victim.email, victim.password, address())).toMatchObject({ status: 200 });
  });

  it('do not count successes of a network', async () => {
    const from = address();
    const users = await Promise.all(Array.from({ length: 7 }, () => asUser(app)));
    for (const user of users)
      for (let i = 0; i < 10; i++) expect((await signIn(user.email, user.password, from)).status).toBe(200);
  });

  it('count sign-ups of a network', async () => {
    const headers = { 'X-Forwarded-For': address() };
    const signUp = () =>
      api(app.url).post('/api/v1/auths/signup', { name: 'N', email: 'x', password: 'x' }, { headers });
    for (let i = 0; i < 60; i++) expect(await signUp()).toMatchObject({ status: 400 });
    expect(await signUp()).toMatchObject(limited);
  });

  it('count guesses of the current password', async () => {
    const change = (password: string) =>
      victim.api.post('/api/v1/auths/update/password', { password, new_password: 'new' });
    for (let i = 0; i < LIMIT; i++) expect(await change(`guess ${i}`)).toMatchObject({ status: 400 });
    expect(await change(victim.password)).toMatchObject(limited);
    expect(await signIn(victim.email, victim.password, address())).toMatchObject({ status: 200 });
  });
});

describe('the general limit', () => {
  it('is one per account over all routes', async () => {
    const app = await startTestApp({ REQUEST_LIMIT_PER_MINUTE: '3' });
    const [one, other] = [await asUser(app), await asUser(app)];
    for (const path of ['user/settings', 'permissions', 'groups'])
      expect(await one.api.get(`/api/v1/users/${path}`)).toMatchObject({ status: 200 });
    const answer = await one.api.get('/api/v1/users/user/settings');
    expect(answer).toMatchObject(limited);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const next = await other.api.get('/api/v1/users/user/settings');
    expect(next.status).toBe(200);
    expect(next.headers.get('ratelimit-remaining')).toBe('2');
    await app.close();
  });

  it('is in every response, also in the refusal', async () => {
    const app = await startTestApp({ REQUEST_LIMIT_PER_MINUTE: '2' });
    const user = await asUser(app);
    const headers = async () => (await user.api.get('/api/v1/users/permissions')).headers;
    const told = (answer: Headers) => ['limit', 'remaining', 'policy'].map((name) => answer.get(`ratelimit-${name}`));
    expect(told(await headers())).toEqual(['2', '1', '2;w=60']);
    const last = await headers();
    expect(told(last)).toEqual(['2', '0', '2;w=60']);
    expect(Number(last.get('ratelimit-reset'))).toBeGreaterThan(0);
    const refused = await headers();
    expect(told(refused)).toEqual(['2', '0', '2;w=60']);
    expect(refused.get('retry-after')).toBe(refused.get('ratelimit-reset'));
    await app.close();
  });

  it('of an API key counts for that key, below the one of its owner', async () => {
    const app = await startTestApp({ ENABLE_API_KEYS: 'true', USER_PERMISSIONS_FEATURES_API_KEYS: 'true' });
    const user = await asUser(app);
    const { body: limitedKey } = await user.api.post('/api/v1/auths/api_keys', { name: 'a', requests_per_minute: 2 });
    const { body: other } = await user.api.post('/api/v1/auths/api_keys', { name: 'b' });
    const get = (key: string) => api(app.url, key).get('/api/v1/users/permissions');
    expect((await get(limitedKey.api_key)).headers.get('ratelimit-limit')).toBe('2');
    expect(await get(limitedKey.api_key)).toMatchObject({ status: 200 });
    expect(await get(limitedKey.api_key)).toMatchObject(limited);
    expect(await get(other.api_key)).toMatchObject({ status: 200 });
    expect(await user.api.get('/api/v1/users/permissions')).toMatchObject({ status: 200 });
    await app.close();
  });

  it('of a network counts whatever it sends, and no other network', async () => {
    const app = await startTestApp({ REQUEST_LIMIT_PER_MINUTE_OF_ADDRESS: '3', TRUST_PROXY: '1' });
    const user = await asUser(app);
    const from = (address: string) => ({ headers: { 'X-Forwarded-For': address } });
    const guess = (address: string) => api(app.url, 'x.y.z').get('/api/v1/users/permissions', from(address));
    for (let i = 0; i < 3; i++) expect(await guess('192.0.2.1')).toMatchObject({ status: 401 });
    expect(await guess('192.0.2.1')).toMatchObject(limited);
    expect(await user.api.get('/api/v1/users/permissions', from('192.0.2.1'))).toMatchObject(limited);
    expect(await user.api.get('/api/v1/users/permissions', from('192.0.2.2'))).toMatchObject({ status: 200 });
    await app.close();
  });
});

describe('the limit on requests at the same time', () => {
  const OTHER = '/api/v1/users/permissions';
  let provider: FakeOpenAiServer;
  let app: TestApp;
  let user: TestUser;
  let other: TestUser;

  beforeAll(async () => {
    provider = await FakeOpenAiServer.start();
    app = await startTestApp({
      CONCURRENT_REQUEST_LIMIT: '2',
      CONCURRENT_COMPLETION_LIMIT: '2',
      OPENAI_API_BASE_URL: provider.url,
      OPENAI_API_KEY: 'sk-fake',
      BYPASS_MODEL_ACCESS_CONTROL: 'True',
    });
    await asUser(app, 'admin');
    [user, other] = [await asUser(app), await asUser(app)];
  });
  const leave = new AbortController();
  afterAll(async () => {
    leave.abort();
    provider.dropConnections();
    await app.close();
    await provider.close();
  });

  const complete = ({ token }: TestUser, content: string, signal?: AbortSignal) =>
    fetch(`${app.url}/api/chat/completions`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ model: 'fake-small', stream: true, messages: [{ role: 'user', content }] }),
      signal,
    });

  /** An import whose body never ends: it holds an ordinary slot until its connection is closed. */
  const upload = ({ token }: TestUser) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const request = httpRequest(`${app.url}/api/v1/chats/import`, { method: 'POST', headers });
    const held = { isRefused: false, abort: () => void request.destroy() };
    request.on('response', (response) => (held.isRefused = response.resume().statusCode === 429));
    request.on('error', () => undefined).write('{"chats":[');
    return held;
  };

  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  it('counts streams until they end or are aborted, and never holds up ordinary requests', async () => {
    const streams = await Promise.all([complete(user, '/stall', leave.signal), complete(user, '/stall', leave.signal)]);
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);
    const refused = await complete(user, 'Hi');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual({
      detail: Detail.rateLimited,
      error: { message: Detail.rateLimited, type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    });
    expect(await user.api.get(OTHER)).toMatchObject({ status: 200 });
    expect((await complete(other, 'Hi')).status).toBe(200);
    leave.abort();
    await until(async () => (await complete(user, 'Hi')).status === 200);
  });

  it('frees the slot of an aborted upload, which is no unexpected error', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error');
    let uploads = [upload(user), upload(user)];
    await until(async () => {
      // The request that asks has a slot too, and may have been faster.
      uploads = uploads.map((held) => (held.isRefused ? upload(user) : held));
      return (await user.api.get(OTHER)).status === 429;
    });
    expect(await other.api.get(OTHER)).toMatchObject({ status: 200 });
    for (const held of uploads) held.abort();
    await until(async () => (await user.api.get(OTHER)).status === 200);
    expect(errors).not.toHaveBeenCalled();
    errors.mockRestore();
  });
});
