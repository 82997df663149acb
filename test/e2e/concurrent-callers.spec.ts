import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';

describe('many concurrent callers', () => {
  let app: TestApp;
  let users: TestUser[];

  beforeAll(async () => {
    app = await startTestApp();
    users = await Promise.all(Array.from({ length: 10 }, () => asUser(app)));
  });
  afterAll(() => app.close());

  it('are each taken for themselves', async () => {
    const callers = [...users, ...users, ...users];
    const answers = await Promise.all(callers.map((user) => user.api.get('/api/v1/users/user/status')));
    expect(answers.map(({ body }) => body.id)).toEqual(callers.map(({ id }) => id));
  });
});
