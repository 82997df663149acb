import { Detail } from '../../src/common/errors/details';
import { startTestApp, type TestApp } from '../support/app';
import { asUser } from '../support/as-user';
import { api, type Api } from '../support/http';
import { AuthDetail } from '../../src/modules/auth/auth.errors';

const ROOT = '/api/v1/auths';
const EMPTY = { email: '', password: '' };
const refusal = (status: number, detail: string) => ({ status, body: { detail } });

describe('POST /api/v1/auths/signin with WEBUI_AUTH=false', () => {
  let app: TestApp;
  let anonymous: Api;

  beforeEach(async () => {
    app = await startTestApp({ WEBUI_AUTH: 'false', ENABLE_PASSWORD_VALIDATION: 'true' });
    anonymous = api(app.url);
  });
  afterEach(() => app.close());

  it('signs everybody in as the built-in administrator, made once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => anonymous.post(`${ROOT}/signin`, EMPTY)));
    const [{ body } = { body: null }] = answers;
    expect(body).toMatchObject({ name: 'User', email: 'admin@localhost', role: 'admin' });
    expect(answers.map((answer) => [answer.status, answer.body.id])).toEqual(answers.map(() => [200, body.id]));
    const users = await api(app.url, body.token).get('/api/v1/users/');
    expect(users.body.total).toBe(1);
  });

  it('still requires a token on every other route, and no further account', async () => {
    await anonymous.post(`${ROOT}/signin`, EMPTY);
    expect(await anonymous.get(`${ROOT}/`)).toMatchObject(refusal(401, Detail.notAuthenticated));
    const form = { name: 'Ada', email: 'ada@example.com', password: 'Passw0rd!' };
    expect(await anonymous.post(`${ROOT}/signup`, form)).toMatchObject(refusal(403, Detail.accessProhibited));
  });

  it('is closed by a changed password', async () => {
    const { body } = await anonymous.post(`${ROOT}/signin`, EMPTY);
    const change = { password: 'admin', new_password: 'Passw0rd!' };
    const changed = await api(app.url, body.token).post(`${ROOT}/update/password`, change);
    expect(changed).toMatchObject({ status: 200, body: true });
    expect(await anonymous.post(`${ROOT}/signin`, EMPTY)).toMatchObject(refusal(400, AuthDetail.invalidCredentials));
  });

  it('is refused where other accounts are', async () => {
    await asUser(app, 'admin');
    expect(await anonymous.post(`${ROOT}/signin`, EMPTY)).toMatchObject(refusal(400, AuthDetail.existingUsers));
  });
});
