/** @services */
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { api } from '../support/http';

const PATH = '/api/v1/tasks/config';

let app: TestApp;
let admin: TestUser;
let user: TestUser;
let pending: TestUser;

beforeAll(async () => {
  app = await startTestApp({ TASK_MODEL: 'small', TAGS_GENERATION_PROMPT_TEMPLATE: 'Tags of {{MESSAGES}}' });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
  pending = await asUser(app, 'pending');
});

afterAll(() => app.close());

describe('GET /api/v1/tasks/config', () => {
  it('returns the settings to verified accounts, with those of the environment', async () => {
    const { status, body } = await user.api.get(PATH);
    expect(status).toBe(200);
    expect(body).toEqual({
      TASK_MODEL: 'small',
      TASK_MODEL_EXTERNAL: '',
      ENABLE_TITLE_GENERATION: true,
      TITLE_GENERATION_PROMPT_TEMPLATE: '',
      IMAGE_PROMPT_GENERATION_PROMPT_TEMPLATE: '',
      ENABLE_AUTOCOMPLETE_GENERATION: false,
      AUTOCOMPLETE_GENERATION_INPUT_MAX_LENGTH: -1,
      ENABLE_TAGS_GENERATION: true,
      TAGS_GENERATION_PROMPT_TEMPLATE: 'Tags of {{MESSAGES}}',
      ENABLE_FOLLOW_UP_GENERATION: true,
      FOLLOW_UP_GENERATION_PROMPT_TEMPLATE: '',
      ENABLE_SEARCH_QUERY_GENERATION: true,
      ENABLE_RETRIEVAL_QUERY_GENERATION: true,
      QUERY_GENERATION_PROMPT_TEMPLATE: '',
      TOOLS_FUNCTION_CALLING_PROMPT_TEMPLATE: '',
      VOICE_MODE_PROMPT_TEMPLATE: '',
    });
  });

  it('refuses all others', async () => {
    expect((await pending.api.get(PATH)).status).toBe(401);
    expect((await api(app.url).get(PATH)).status).toBe(401);
  });
});

describe('POST /api/v1/tasks/config/update', () => {
  it('saves the page as a whole', async () => {
    const { body: before } = await admin.api.get(PATH);
    const page = { ...before, TASK_MODEL: null, ENABLE_TAGS_GENERATION: false, VOICE_MODE_PROMPT_TEMPLATE: null };
    expect((await admin.api.post(`${PATH}/update`, page)).body).toEqual(page);
    expect((await user.api.get(PATH)).body).toEqual(page);
  });

  it('requires every key', async () => {
    const { status, body } = await admin.api.post(`${PATH}/update`, {});
    expect([status, body.detail.length]).toEqual([422, 16]);
  });

  it('is for administrators', async () => {
    const { body: page } = await admin.api.get(PATH);
    for (const client of [user.api, pending.api, api(app.url)])
      expect((await client.post(`${PATH}/update`, { ...page, TASK_MODEL: 'x' })).status).toBe(401);
    expect((await admin.api.get(PATH)).body).toEqual(page);
  });
});
