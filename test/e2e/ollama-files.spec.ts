import { createHash } from 'node:crypto';
import { readdir, readlink, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { Detail } from '../../src/common/errors/details';
import { Env } from '../../src/platform/env/env';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { FakeOllamaServer } from '../support/fakes/ollama-server';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api } from '../support/http';

const CONNECTION = 'Confab: Server Connection Error';
const MB = 1024 * 1024;
/** Not divisible by anything: three megabytes and a bit. */
const MODEL = Buffer.alloc(3 * MB + 17, 'GGUF of a model, and some more bytes ');
const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

let ollama: FakeOllamaServer;
let second: FakeOllamaServer;
/** Plays Hugging Face: any local server that records will do. */
let source: FakeOpenAiServer;
let app: TestApp;
let admin: TestUser;
let user: TestUser;

beforeAll(async () => {
  [ollama, second] = await Promise.all([FakeOllamaServer.start(), FakeOllamaServer.start()]);
  source = await FakeOpenAiServer.start();
  app = await startTestApp({
    ENABLE_OLLAMA_API: 'True',
    OLLAMA_BASE_URLS: `${ollama.url};${second.url};http://127.0.0.1:9`,
    OLLAMA_API_CONFIGS: JSON.stringify({ '1': { key: 'k' } }),
    OLLAMA_MODEL_SOURCES: new URL(source.url).origin,
    OLLAMA_MODEL_FILE_MAX_MB: '4',
  });
  [admin, user] = [await asUser(app, 'admin'), await asUser(app)];
});
afterAll(async () => {
  await app.close();
  await Promise.all([ollama.close(), second.close(), source.close()]);
});
beforeEach(() => [ollama, second, source].forEach((server) => server.reset()));
/** Nothing is left on the disk, and no file is held open. */
afterEach(async () => {
  while ((await openFiles()).length > 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await readdir(directory()).catch(() => [])).toEqual([]);
});

const directory = () => join(app.get(Env).dataDir, 'tmp');
/** Unlinked files below the directory that this process has open. */
async function openFiles(): Promise<string[]> {
  const handles = await readdir('/proc/self/fd');
  const targets = await Promise.all(handles.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(directory()));
}

/** Resolves when a file of the server has this many bytes, so that an interruption loses none of them. */
async function written(size: number): Promise<void> {
  for (;;) {
    const handles = await readdir('/proc/self/fd');
    for (const fd of handles) {
      const path = `/proc/self/fd/${fd}`;
      const isOurs = (await readlink(path).catch(() => '')).startsWith(directory());
      if (isOurs && (await stat(path).catch(() => undefined))?.size === size) return;
    }
  }
}

const headersFor = (caller: TestUser) => ({ Authorization: `Bearer ${caller.token}` });
async function upload(bytes: Buffer | string, name = 'tiny.gguf', path = '/ollama/models/upload', caller = admin) {
  const body = new FormData();
  body.append('file', new Blob([bytes]), name);
  return answerOf(await fetch(app.url + path, { method: 'POST', headers: headersFor(caller), body }));
}
const download = async (url: string, path = '/ollama/models/download', caller = admin) =>
  answerOf(
    await fetch(app.url + path, {
      method: 'POST',
      headers: { ...headersFor(caller), 'Content-Type': 'application/json' },
      body: JSON.stringify({ url }),
    }),
  );
async function answerOf(response: Response) {
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const events = type.startsWith('text/event-stream')
    ? text
        .trim()
        .split('\n\n')
        .map((event) => JSON.parse(event.replace('data: ', '')) as Record<string, unknown>)
    : [];
  return { status: response.status, type, events, detail: events.length > 0 ? '' : JSON.parse(text).detail };
}
const blobsAt = (server: FakeOllamaServer) => server.requests.filter(({ path }) => path.startsWith('/api/blobs/'));

describe('POST /ollama/models/upload', () => {
  it('gives the file to Ollama, and makes a model of it', async () => {
    const { status, type, events } = await upload('GGUFdata');
    const digest = digestOf(Buffer.from('GGUFdata'));
    expect([status, type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(events).toEqual([
      { progress: 100, total: 8, completed: 8 },
      { done: true, blob: digest, name: 'tiny.gguf', model_created: 'tiny' },
    ]);
    const [blob] = blobsAt(ollama);
    expect(blob).toMatchObject({ method: 'POST', path: `/api/blobs/${digest}`, bytes: Buffer.from('GGUFdata') });
    expect(ollama.received('/api/create')[0]?.body).toEqual({
      model: 'tiny',
      files: { 'tiny.gguf': digest },
      stream: false,
    });
    expect((await admin.api.get('/ollama/api/tags')).body.models).toContainEqual(
      expect.objectContaining({ model: 'tiny', urls: [0] }),
    );
  });

  it('takes large files part by part, to the server that is named, with its key', async () => {
    const { events } = await upload(MODEL, 'größe.v1.gguf', '/ollama/models/upload/1');
    expect(events.at(-1)).toMatchObject({ blob: digestOf(MODEL), name: 'größe.v1.gguf', model_created: 'größe.v1' });
    const completed = events.slice(0, -1).map((event) => Number(event.completed));
    expect(completed).toEqual(completed.toSorted((a, b) => a - b));
    expect(completed.at(-1)).toBe(MODEL.length);
    expect(blobsAt(second)[0]?.bytes.equals(MODEL)).toBe(true);
    expect(blobsAt(second)[0]?.headers).toMatchObject({
      authorization: 'Bearer k',
      'content-length': String(MODEL.length),
    });
    expect(ollama.received('/api/create')).toEqual([]);
  });

  it.each(['../../tiny.gguf', '..\\tiny.gguf'])('takes the name of %s and nothing of its way', async (name) => {
    expect((await upload('x', name)).events.at(-1)).toMatchObject({ name: 'tiny.gguf' });
  });

  it('reports errors of Ollama, and an unreachable one', async () => {
    ollama.onAny = ({ path }) => (path === '/api/create' ? { status: 400, json: { error: 'no GGUF' } } : undefined);
    expect((await upload('x')).events.at(-1)).toEqual({ error: 'no GGUF' });
    ollama.onAny = ({ path }) => (path.startsWith('/api/blobs') ? { status: 500, json: { error: 'full' } } : undefined);
    expect((await upload('x')).events.at(-1)).toEqual({ error: 'full' });
    expect((await upload('x', 'a.gguf', '/ollama/models/upload/2')).events.at(-1)).toEqual({ error: CONNECTION });
  });

  it('refuses files that are larger than the settings allow, and keeps nothing', async () => {
    expect((await upload(Buffer.alloc(4 * MB))).events.at(-1)).toMatchObject({ done: true });
    expect(await upload(Buffer.alloc(4 * MB + 1))).toMatchObject({ status: 413 });
    expect(blobsAt(ollama)).toHaveLength(1);
  });

  it('refuses what is no file, and servers that there are not, before the file is read', async () => {
    expect((await admin.api.post('/ollama/models/upload', {})).body.detail).toMatchObject([
      { type: 'missing', loc: ['body', 'file'] },
    ]);
    expect(await upload('x', 'x'.repeat(300))).toMatchObject({ status: 400 });
    expect(await upload('x', 'a.gguf', '/ollama/models/upload/7')).toMatchObject({ status: 404 });
    expect(await upload('x', 'a.gguf', '/ollama/models/upload/x')).toMatchObject({ status: 422 });
    expect(ollama.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('discards the upload of a client that disconnects', async () => {
    const headers = { ...headersFor(admin), 'Content-Type': 'multipart/form-data; boundary=b' };
    const sending = request(`${app.url}/ollama/models/upload`, { method: 'POST', headers });
    sending.on('error', () => undefined);
    sending.write('--b\r\nContent-Disposition: form-data; name="file"; filename="a.gguf"\r\n\r\n');
    sending.write(MODEL);
    const isHidden = async () => (await openFiles()).some((target) => target.endsWith('(deleted)'));
    while (!(await isHidden())) await new Promise((resolve) => setImmediate(resolve));
    const closed = new Promise((resolve) => sending.once('close', resolve));
    sending.destroy();
    await closed;
  });

  it('aborts the requests to Ollama of a client that disconnects', async () => {
    const called = ollama.nextRequest('/api/create');
    ollama.onAny = ({ path }) => (path === '/api/create' ? 'never' : undefined);
    const controller = new AbortController();
    const body = new FormData();
    body.append('file', new Blob(['x']), 'a.gguf');
    const options = { method: 'POST', headers: headersFor(admin), body, signal: controller.signal };
    const answer = fetch(`${app.url}/ollama/models/upload`, options).then((response) => response.text());
    const create = await called;
    controller.abort();
    await expect(answer).rejects.toThrow();
    await create.closed;
    expect(create.aborted).toBe(true);
  });

  it('is for administrators', async () => {
    expect(await upload('x', 'a.gguf', '/ollama/models/upload', user)).toMatchObject({
      status: 401,
      detail: Detail.accessProhibited,
    });
    expect((await api(app.url).post('/ollama/models/upload', {})).status).toBe(401);
    expect(blobsAt(ollama)).toEqual([]);
  });
});

describe('POST /ollama/models/download', () => {
  const url = () => `${new URL(source.url).origin}/v1/a/model.gguf`;
  const half = () => ({ bytes: MODEL, endAfter: MB, isTaken: () => written(MB) });
  const ranges = () => source.received('/a/model.gguf').map(({ headers }) => headers.range);

  it('fetches the file, and gives it to Ollama', async () => {
    source.onOther = () => ({ bytes: MODEL });
    const { status, type, events } = await download(url(), '/ollama/models/download/1');
    expect([status, type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(events.at(-1)).toEqual({ done: true, blob: digestOf(MODEL), name: 'model.gguf' });
    expect(events.at(-2)).toEqual({ progress: 100, total: MODEL.length, completed: MODEL.length });
    expect(blobsAt(second)[0]?.bytes.equals(MODEL)).toBe(true);
    expect(source.lastRequest?.headers).not.toHaveProperty('authorization');
  });

  it('resumes where it was interrupted', async () => {
    const rest = { status: 206, bytes: MODEL.subarray(MB) };
    source.onOther = ({ headers }) => (headers.range ? rest : half());
    const { events } = await download(url());
    expect(ranges()).toEqual([undefined, `bytes=${MB}-`]);
    expect(events.at(-1)).toMatchObject({ done: true, blob: digestOf(MODEL) });
    expect(blobsAt(ollama)[0]?.bytes.equals(MODEL)).toBe(true);
  });

  it('begins again where a server knows no parts', async () => {
    let count = 0;
    source.onOther = () => (++count === 1 ? half() : { bytes: MODEL });
    expect((await download(url())).events.at(-1)).toMatchObject({ done: true, blob: digestOf(MODEL) });
    expect(ranges()).toEqual([undefined, `bytes=${MB}-`]);
  });

  it('follows to stores, and nowhere else', async () => {
    source.onOther = ({ path }) =>
      path === '/stored' ? { bytes: MODEL } : { status: 302, text: '', headers: { Location: '/v1/stored' } };
    expect((await download(url())).events.at(-1)).toMatchObject({ done: true, name: 'model.gguf' });
    for (const Location of [
      `${ollama.url}/api/tags`,
      'http://169.254.169.254/',
      'file:///etc/passwd',
      'http://[::1]/',
    ]) {
      source.onOther = () => ({ status: 302, text: '', headers: { Location } });
      expect((await download(url())).events).toEqual([
        { error: 'The server redirects to a host that downloads are not allowed from' },
      ]);
    }
    source.onOther = () => ({ status: 302, text: '', headers: { Location: '/v1/a/model.gguf' } });
    expect((await download(url())).events).toEqual([{ error: 'Too many redirects' }]);
    expect(blobsAt(ollama)).toHaveLength(1);
  });

  it('reports failures', async () => {
    source.onOther = () => ({ status: 404, text: 'gone' });
    expect((await download(url())).events).toEqual([{ error: `${new URL(url()).host} responded with status 404` }]);
    source.onOther = () => ({ bytes: Buffer.alloc(4 * MB + 1) });
    expect((await download(url())).events).toEqual([{ error: 'The file is too large' }]);
    source.onOther = () => ({ bytes: MODEL });
    expect((await download(url(), '/ollama/models/download/2')).events.at(-1)).toEqual({ error: CONNECTION });
    expect(blobsAt(ollama)).toEqual([]);
  });

  it('stops a file that turns out to be too large', async () => {
    source.onOther = () => ({ sse: Array.from({ length: 5 }, () => Buffer.alloc(MB)) });
    const { events } = await download(url());
    expect(events.at(0)).toMatchObject({ progress: null, total: null });
    expect(events.at(-1)).toHaveProperty('error');
  });

  it('ends the download of a client that disconnects', async () => {
    source.onOther = () => 'never';
    const asked = source.nextRequest('/a/model.gguf');
    const controller = new AbortController();
    const headers = { ...headersFor(admin), 'Content-Type': 'application/json' };
    const options = { method: 'POST', headers, body: JSON.stringify({ url: url() }), signal: controller.signal };
    const answer = fetch(`${app.url}/ollama/models/download`, options).then((response) => response.text());
    const sent = await asked;
    controller.abort();
    await expect(answer).rejects.toThrow();
    await sent.closed;
    expect(sent.aborted).toBe(true);
  });

  it('refuses other addresses, and bodies without one', async () => {
    for (const address of ['https://example.org/x.gguf', 'http://127.0.0.1/x.gguf', `${ollama.url}/x.gguf`])
      expect(await download(address)).toMatchObject({
        status: 400,
        detail: 'Invalid file_url. Only URLs from allowed hosts are permitted.',
      });
    expect((await admin.api.post('/ollama/models/download', {})).status).toBe(422);
    expect(await download(url(), '/ollama/models/download/7')).toMatchObject({ status: 404 });
    expect(source.requests.filter(({ path }) => path !== '/models')).toEqual([]);
  });

  it('is for administrators', async () => {
    expect(await download(url(), '/ollama/models/download', user)).toMatchObject({ status: 401 });
    expect((await api(app.url).post('/ollama/models/download', { url: url() })).status).toBe(401);
    expect(source.requests.filter(({ path }) => path !== '/models')).toEqual([]);
  });
});
