import { DataSource } from 'typeorm';
import { UsageService } from '../../src/modules/providers/usage/usage.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { event, thenBreak } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api, type Api } from '../support/http';

const PROHIBITED =
  'You do not have permission to access this resource. Please contact your administrator for assistance.';
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const refusal = (message: string) => ({ message, type: 'authentication_error', code: 'invalid_api_key' });

let app: TestApp;
let provider: FakeOpenAiServer;
let admin: TestUser;
let user: TestUser;

beforeAll(async () => (provider = await FakeOpenAiServer.start()));
afterAll(() => provider.close());
beforeEach(() => {
  provider.reset();
  provider.onOther = ({ method, path, headers, body }) => ({
    json: { method, path, key: headers.authorization, body },
  });
});

async function start(env: Record<string, string>): Promise<void> {
  const connection = { OPENAI_API_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-fake' };
  app = await startTestApp({ ...connection, ...env });
  [admin, user] = [await asUser(app, 'admin'), await asUser(app)];
}

const called = () => provider.requests.filter(({ path }) => path !== '/models');

describe('ANY /openai/{path}, as it is installed', () => {
  beforeAll(() => start({}));
  afterAll(() => app.close());

  it.each(METHODS)('is not there: %s', async (method) => {
    const { status, body } = await admin.api.request(method, '/openai/files/x', method === 'GET' ? undefined : {});
    const error = { message: 'Not Found', type: 'not_found_error', code: null };
    expect([status, body]).toEqual([404, { detail: 'Not Found', error }]);
    expect(called()).toEqual([]);
  });

  it('hides this from users', async () => {
    expect((await user.api.get('/openai/files')).body).toEqual({ detail: PROHIBITED, error: refusal(PROHIBITED) });
  });
});

describe('ANY /openai/{path}, switched on', () => {
  beforeAll(() => start({ ENABLE_OPENAI_API_PASSTHROUGH: 'True' }));
  afterAll(() => app.close());

  it.each(METHODS)('passes %s on, with its query and its body, by the key of the first connection', async (method) => {
    const sent = method === 'GET' ? undefined : { a: [1, 'ü'] };
    const { status, body } = await admin.api.request(method, '/openai/files/a%20b?q=1&r=%2F', sent);
    expect([status, body]).toEqual([
      200,
      { method, path: '/files/a%20b?q=1&r=%2F', key: 'Bearer sk-fake', body: sent },
    ]);
  });

  it.each(METHODS)('refuses everybody but administrators: %s', async (method) => {
    const pending = await asUser(app, 'pending');
    for (const [client, detail] of [
      [api(app.url), 'Not authenticated'],
      [pending.api, PROHIBITED],
      [user.api, PROHIBITED],
    ] as [Api, string][])
      for (const path of ['/openai/files', '/openai/assistants', '/openai/responses', '/openai/chat']) {
        const { status, body } = await client.request(method, path, method === 'GET' ? undefined : {});
        expect([status, body]).toEqual([401, { detail, error: refusal(detail) }]);
      }
    expect(called()).toEqual([]);
  });

  it('sends no header of the caller', async () => {
    let names: string[] = [];
    provider.onOther = ({ headers }) => {
      names = Object.keys(headers);
      return { json: {} };
    };
    await admin.api.post('/openai/x', {}, { headers: { Cookie: 'token=mine', 'X-Api-Key': 'mine', 'X-Other': 'y' } });
    expect(names.filter((name) => /cookie|x-/.test(name))).toEqual([]);
  });

  it('passes on errors and streams', async () => {
    provider.onOther = () => ({ status: 418, json: { error: { message: 'teapot' } } });
    expect(await admin.api.get('/openai/teapot')).toMatchObject({
      status: 418,
      body: { error: { message: 'teapot' } },
    });
    provider.onOther = () => ({ sse: [event({ a: 'ü' }), event('[DONE]')] });
    const { body, headers } = await admin.api.get('/openai/stream');
    expect([body, headers.get('content-type')]).toEqual([event({ a: 'ü' }) + event('[DONE]'), 'text/event-stream']);
  });

  it('makes no page of ours of what a server says', async () => {
    provider.onOther = () => ({ text: '<script>alert(1)</script>', type: 'text/html' });
    const { body, headers } = await admin.api.get('/openai/page');
    expect([body, headers.get('content-type')]).toEqual(['<script>alert(1)</script>', 'text/plain; charset=utf-8']);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('passes files on', async () => {
    let received = '';
    provider.onOther = ({ headers, bytes }) => {
      received = `${String(headers['content-type']).split(';')[0]} ${bytes.toString('latin1')}`;
      return { json: { id: 'file-1' } };
    };
    const form = new FormData();
    form.set('purpose', 'assistants');
    form.set('file', new Blob([Buffer.from([0, 255, 1])]), 'a.bin');
    const headers = { Authorization: `Bearer ${admin.token}` };
    const answer = await fetch(`${app.url}/openai/files`, { method: 'POST', headers, body: form });
    expect([answer.status, await answer.json()]).toEqual([200, { id: 'file-1' }]);
    expect(received).toMatch(/^multipart\/form-data [^]*assistants[^]*a\.bin[^]*\0\xff\x01/);
  });

  it('aborts when the server does, so that a partial response is not read as complete', async () => {
    provider.onOther = () => ({ sse: thenBreak([event({ a: 1 })]) });
    await expect(admin.api.get('/openai/stream')).rejects.toThrow();
  });

  it.each(['/openai/a/..%2f..%2fadmin', '/openai/%252e%252e/x'])('refuses %s', async (path) => {
    expect(await admin.api.get(path)).toMatchObject({ status: 400, body: { detail: 'Invalid path' } });
    expect(called()).toEqual([]);
  });

  it('accounts calls that name a model', async () => {
    provider.onOther = () => ({ json: { usage: { input_tokens: 5, output_tokens: 6 } } });
    await admin.api.post('/openai/responses', { model: 'gpt', input: 'x' });
    provider.onOther = () => ({
      sse: [event({ type: 'response.completed', response: { usage: { input_tokens: 7, output_tokens: 8 } } })],
    });
    await admin.api.post('/openai/responses', { model: 'gpt', input: 'x', stream: true });
    await app.get(UsageService).settled();
    const rows = await app.get(DataSource).query('SELECT * FROM usage_record ORDER BY id');
    expect(rows).toMatchObject([
      { model_id: 'gpt', input_tokens: 5, output_tokens: 6, status: 200 },
      { model_id: 'gpt', input_tokens: 7, output_tokens: 8, status: 200 },
    ]);
  });

  it('needs a connection', async () => {
    const lists = { OPENAI_API_KEYS: [], OPENAI_API_CONFIGS: {} };
    const connect = (urls: string[], isEnabled = true) =>
      admin.api.post('/openai/config/update', {
        ...{ ENABLE_OPENAI_API: isEnabled, OPENAI_API_BASE_URLS: urls },
        ...lists,
      });
    for (const [urls, isEnabled, status] of [
      [[], true, 404],
      [[provider.url], false, 404],
      [['http://127.0.0.1:9/v1'], true, 500],
      [[provider.url], true, 200],
    ] as const) {
      await connect([...urls], isEnabled);
      expect((await admin.api.get('/openai/x')).status).toBe(status);
    }
  });
});

describe('POST /openai/audio/speech', () => {
  const body = { model: 'tts-1', input: 'x', voice: 'alloy' };
  beforeAll(() => start({}));
  afterAll(() => app.close());

  it('needs a connection to OpenAI itself', async () => {
    expect(await admin.api.post('/openai/audio/speech', body)).toMatchObject({
      status: 401,
      body: { detail: 'OpenAI API was not found' },
    });
  });

  it('refuses users without the model and anonymous clients', async () => {
    expect(await user.api.post('/openai/audio/speech', body)).toMatchObject({
      status: 403,
      body: { detail: 'Model not found' },
    });
    expect((await api(app.url).post('/openai/audio/speech', body)).status).toBe(401);
    expect(called()).toEqual([]);
  });
});
