import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { api } from '../support/http';

const LONG = 'x'.repeat(1_000_000);
const HUGE = 'x'.repeat(5_000_000);
const PROFILE = { name: 'Ann', profile_image_url: '/user.png' };
const SIGN_UP = { name: 'Ann', email: 'long@example.com', password: 'secret' };
const MODEL = { id: 'long', name: 'Long', base_model_id: null, meta: {}, params: {} };
const PROMPT = { command: '/long', title: 'Long', content: 'text' };
const GROUP = { name: 'Long', description: '' };

/** What one person stores and others load: a row is no place for files. */
describe('long texts', () => {
  let app: TestApp;
  let admin: TestUser;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await asUser(app, 'admin');
  });
  afterAll(() => app.close());

  it.each([
    ['/api/v1/auths/update/profile', { ...PROFILE, name: LONG }],
    ['/api/v1/auths/update/profile', { ...PROFILE, bio: LONG }],
    ['/api/v1/auths/update/profile', { ...PROFILE, gender: LONG }],
    ['/api/v1/auths/add', { ...SIGN_UP, name: LONG }],
    ['/api/v1/users/user/status/update', { status_emoji: LONG }],
    ['/api/v1/users/user/status/update', { status_message: LONG }],
    ['/api/v1/groups/create', { ...GROUP, name: LONG }],
    ['/api/v1/groups/create', { ...GROUP, description: LONG }],
    ['/api/v1/prompts/create', { ...PROMPT, title: LONG }],
    ['/api/v1/prompts/create', { ...PROMPT, content: HUGE }],
    ['/api/v1/models/create', { ...MODEL, name: LONG }],
    ['/api/v1/models/create', { ...MODEL, base_model_id: LONG }],
    ['/api/v1/models/create', { ...MODEL, meta: { description: HUGE } }],
    ['/api/v1/models/create', { ...MODEL, params: { system: HUGE } }],
  ])('are refused by %s', async (path, body) => {
    expect((await admin.api.post(path, body)).status).toBe(422);
  });

  it('are refused where an administrator changes an account', async () => {
    const { id, email } = await asUser(app);
    const body = { role: 'user', email, profile_image_url: '/user.png', name: LONG };
    expect((await admin.api.post(`/api/v1/users/${id}/update`, body)).status).toBe(422);
  });

  it.each(['settings', 'info'])('do not add up in the own %s', async (object) => {
    const user = await asUser(app);
    const add = (key: string) => user.api.post(`/api/v1/users/user/${object}/update`, { [key]: HUGE });
    expect([(await add('a')).status, (await add('b')).status, (await add('c')).status]).toEqual([200, 200, 413]);
    expect((await user.api.get(`/api/v1/users/user/${object}`)).body).not.toHaveProperty('c');
  });

  it('are for valid credentials only', async () => {
    const body = { ...SIGN_UP, name: HUGE };
    expect((await api(app.url).post('/api/v1/auths/signup', body)).status).toBe(413);
    expect((await api(app.url, 'no token').post('/api/v1/auths/signup', body)).status).toBe(413);
    expect((await admin.api.post('/api/v1/auths/signup', body)).status).toBe(422);
  });
});
