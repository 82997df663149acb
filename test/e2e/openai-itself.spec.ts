import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { JsonObject } from '../../src/common/util/json';
import { Env } from '../../src/platform/env/env';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { startOpenAiItself, type OpenAiItself } from '../support/fakes/openai-itself';

const OFFERED = ['gpt-4o', 'o3', 'text-embedding-3-small', 'tts-1', 'whisper-1'];
const SOUND = Buffer.from([0xff, 0xfb, 0, 255]);

interface Received {
  host?: string;
  path?: string;
  key?: string;
  body: JsonObject;
}

let openai: OpenAiItself;
let app: TestApp;
let admin: TestUser;
let user: TestUser;
let received: Received[] = [];

beforeAll(async () => {
  openai = await startOpenAiItself((request, response) => {
    void text(request).then((body) => {
      const { host, authorization } = request.headers;
      received.push({
        host,
        path: request.url,
        key: authorization,
        body: body ? (JSON.parse(body) as JsonObject) : {},
      });
      if (request.url === '/v1/audio/speech')
        return response.writeHead(200, { 'Content-Type': 'audio/mpeg' }).end(SOUND);
      const answers: Record<string, unknown> = {
        '/v1/models': { object: 'list', data: OFFERED.map((id) => ({ id, object: 'model', owned_by: 'openai' })) },
        '/v1/embeddings': { object: 'list', data: [{ object: 'embedding', index: 0, embedding: [1] }] },
        '/v1/chat/completions': { choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' } }] },
      };
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answers[request.url ?? '']));
    });
  });
  app = await startTestApp({
    ...openai.env,
    OPENAI_API_BASE_URLS: 'https://api.openai.com/v1;https://api.openai.com/v1',
    OPENAI_API_KEYS: 'sk-1;sk-2',
    OPENAI_API_CONFIGS: JSON.stringify({ '1': { model_ids: ['text-embedding-3-small', 'tts-1'], prefix_id: 'x' } }),
  });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
});
afterAll(async () => {
  await app.close();
  openai.close();
});
beforeEach(() => (received = []));

const last = () => received.at(-1);

it('offers what can chat, and what a connection names expressly', async () => {
  const { body } = await admin.api.get('/openai/models');
  const ids = (body.data as { id: string }[]).map(({ id }) => id);
  expect(ids).toEqual(['gpt-4o', 'o3', 'x.text-embedding-3-small', 'x.tts-1']);
});

it('gets limits by the name that it knows, and instructions as a developer', async () => {
  const ask = (model: string) =>
    admin.api.post('/openai/chat/completions', {
      ...{ model, max_tokens: 5, messages: [{ role: 'system', content: 's' }] },
    });
  await ask('gpt-4o');
  expect(last()).toMatchObject({ host: 'api.openai.com', key: 'Bearer sk-1', body: { max_tokens: 5 } });
  await ask('o3');
  const { body } = last() ?? {};
  expect(body).toEqual({ model: 'o3', max_completion_tokens: 5, messages: [{ role: 'developer', content: 's' }] });
});

it('gives embeddings', async () => {
  const { status } = await admin.api.post('/api/embeddings', { model: 'x.text-embedding-3-small', input: 'a' });
  expect([status, last()?.body]).toEqual([200, { model: 'text-embedding-3-small', input: 'a' }]);
});

describe('POST /openai/audio/speech', () => {
  const speech = (caller: TestUser, model: string) =>
    fetch(`${app.url}/openai/audio/speech`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${caller.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ model, input: 'Hello', voice: 'alloy' }),
    });

  it('gives administrators the sound', async () => {
    const answer = await speech(admin, 'tts-1');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'audio/mpeg']);
    expect(Buffer.from(await answer.arrayBuffer()).equals(SOUND)).toBe(true);
    expect(last()).toMatchObject({ key: 'Bearer sk-1', body: { model: 'tts-1', input: 'Hello', voice: 'alloy' } });
  });

  it('does not pay twice for the same text, and keeps nothing but the sound', async () => {
    await speech(admin, 'tts-1');
    received = [];
    const again = await speech(admin, 'tts-1');
    expect([again.status, again.headers.get('content-type')]).toEqual([200, 'audio/mpeg']);
    expect(Buffer.from(await again.arrayBuffer()).equals(SOUND)).toBe(true);
    expect(received.filter(({ path }) => path !== '/v1/models')).toEqual([]);
    const folder = join(app.get(Env).dataDir, 'cache/audio/speech');
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.mp3$/)]);
  });

  it('gives it to users whom the model is shared with, and to no others', async () => {
    expect((await speech(user, 'x.tts-1')).status).toBe(403);
    expect(received.filter(({ path }) => path !== '/v1/models')).toEqual([]);
    const row = { id: 'x.tts-1', name: 'Voice', meta: {}, params: {}, access_control: null };
    await admin.api.post('/api/v1/models/create', row);
    expect((await speech(user, 'x.tts-1')).status).toBe(200);
    expect(last()).toMatchObject({ key: 'Bearer sk-2', body: { model: 'tts-1' } });
  });
});
