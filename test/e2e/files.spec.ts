/** @services */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { FilesSettings } from '../../src/modules/files/files.settings';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { UnusedBlobsJob } from '../../src/platform/storage/blobs/unused-blobs.job';
import { StorageDriver } from '../../src/platform/storage/storage-driver';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createFile, FILES, upload, type Upload } from '../support/factories/files';
import { api, headersOf, type Json } from '../support/http';
import { queriesOf } from '../support/query-counter';

const MB = 1024 * 1024;
const NOT_FOUND = { status: 404, body: { detail: Detail.notFound } };
const NOT_UPLOADED = { detail: '[ERROR: Error uploading file]' };

let app: TestApp;
let admin: TestUser;
let user: TestUser;
let other: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  [admin, user, other] = [await asUser(app, 'admin'), await asUser(app), await asUser(app)];
});
afterAll(() => app.close());

const sql = <T = Json>(text: string, ...values: unknown[]): Promise<T[]> => app.get(DataSource).query(text, values);
const storage = () => app.get<StorageDriver>(StorageDriver as never);
const create = (given?: Upload, owner = user) => createFile(app, owner, given);
const keyOf = async (id: string): Promise<string> =>
  (await sql(`SELECT key FROM blob JOIN blob_reference r ON r.blob_id = blob.id WHERE r.id = $1`, id))[0]!.key;
const setText = (id: string, text: string) =>
  sql('INSERT INTO file_content (file_id, content) VALUES ($1, $2)', id, text);
const brief = ({ status, body }: { status: number; body: Json }) => ({ status, body: body as unknown });

const inTwoDays = () => Math.floor(Date.now() / 1000) + 2 * 24 * 60 * 60;

/** Objects in the storage. */
async function objects(): Promise<number> {
  let count = 0;
  for await (const _ of storage().list('blobs')) count++;
  return count;
}

/** Sets limits for the length of one test. */
async function limited(change: Partial<FilesSettings>, work: () => Promise<void>): Promise<void> {
  const store = app.get(SettingsStore);
  const before = Object.fromEntries(
    Object.keys(change).map((key) => [key, store.live(FilesSettings)[key as keyof FilesSettings]]),
  );
  await store.save(FilesSettings, change);
  await work().finally(() => store.save(FilesSettings, before));
}

/** Sends the parts of a body one after the other and ends it, or breaks it off. */
function send(parts: AsyncIterable<Buffer | string>, headers: Record<string, string>, caller = user) {
  const { hostname, port } = new URL(app.url);
  const auth = { Authorization: `Bearer ${caller.token}` };
  const sent = request({
    hostname,
    port,
    method: 'POST',
    path: `${FILES}/?process=false`,
    headers: { ...auth, ...headers },
  });
  const answer = new Promise<{ status?: number; text: string }>((resolve, reject) => {
    sent.on('error', reject).on('response', (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
  });
  void (async () => {
    for await (const part of parts) if (!sent.write(part)) await new Promise((resolve) => sent.once('drain', resolve));
    sent.end();
  })().catch(() => undefined);
  return { sent, answer };
}

const FORM = { 'Content-Type': 'multipart/form-data; boundary=x' };
const FILE_HEAD = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n';

describe('POST /api/v1/files/', () => {
  it('stores a file that is not processed', async () => {
    const { status, body } = await upload(app, user, {
      name: 'a.txt',
      content: 'hello',
      metadata: '{"a":[1,{"b":null}]}',
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ id: expect.any(String) as string, user_id: user.id, hash: null, filename: 'a.txt', data: {} },
      meta: { name: 'a.txt', content_type: 'text/plain', size: 5, data: { a: [1, { b: null }] } },
      ...{ created_at: expect.any(Number) as number, updated_at: expect.any(Number) as number },
    });
  });

  it('shows a file that is processed as it was inserted', async () => {
    const { body } = await upload(app, user, { name: 'a.md', type: 'text/markdown', query: '' });
    expect(body).toMatchObject({ status: true, path: `/uploads/${body.id}_a.md`, access_control: null, hash: null });
    expect(body.data).toEqual({ status: 'pending' });
    await user.api.delete(`${FILES}/${body.id}`);
  });

  it.each([
    ['{nope', 400, '[ERROR: Invalid metadata format]'],
    [`${'['.repeat(5000)}${']'.repeat(5000)}`, 400, '[ERROR: Invalid metadata format]'],
    ['x'.repeat(300 * 1024), 400, '[ERROR: Invalid form]'],
  ])('refuses the metadata %.10s', async (metadata, status, detail) => {
    const before = await objects();
    expect(brief(await upload(app, user, { metadata, content: randomUUID() }))).toEqual({ status, body: { detail } });
    expect(await objects()).toBe(before);
  });

  it.each(['[1,2]', '"text"', '17', 'null', 'false'])('takes the metadata %s', async (metadata) => {
    const { body } = await upload(app, user, { metadata });
    expect(body.meta.data).toEqual(JSON.parse(metadata));
  });

  it('takes metadata without U+0000 and keys of prototypes', async () => {
    const { body } = await upload(app, user, { metadata: '{"a":"x\\u0000y\\ud800","__proto__":{"admin":true}}' });
    expect(JSON.stringify(body.meta.data)).toBe('{"a":"xy\ufffd","__proto__":{"admin":true}}');
  });

  it('has no type for a part without one', async () => {
    const typed = async (type: string | null) => (await upload(app, user, { type })).body.meta.content_type;
    expect(await Promise.all([typed(null), typed('text/plain'), typed('application/pdf')])).toEqual([
      null,
      'text/plain',
      'application/pdf',
    ]);
  });

  it.each([
    ['../../etc/pass wd ünï.txt', 'pass wd ünï.txt'],
    ['..\\\\..\\\\x.txt', 'x.txt'],
    ['%2e%2e%2fx', '%2e%2e%2fx'],
    ['a\u202egnp.exe', 'agnp.exe'],
    [`${'n'.repeat(300)}.pdf`, `${'n'.repeat(251)}.pdf`],
    ['...', 'file'],
  ])('names %j %j', async (name, filename) => {
    const { body } = await upload(app, user, { name });
    expect([body.filename, body.meta.name]).toEqual([filename, filename]);
    expect(await keyOf(body.id)).toMatch(/^blobs\/[0-9a-f]{2}\/[0-9a-f-]{36}$/);
  });

  it('refuses a name of a megabyte', async () => {
    expect((await upload(app, user, { name: 'n'.repeat(MB) })).status).toBe(400);
  });

  it('refuses an empty file, no file, and what is no form', async () => {
    expect(brief(await upload(app, user, { content: '' }))).toEqual({ status: 400, body: NOT_UPLOADED });
    const missing = { type: 'missing', loc: ['body', 'file'], msg: 'Field required', input: null };
    expect(brief(await upload(app, user, { name: '' }))).toEqual({ status: 422, body: { detail: [missing] } });
    expect(brief(await user.api.post(`${FILES}/`, { a: 1 }))).toEqual({ status: 422, body: { detail: [missing] } });
  });

  it('refuses a query before it reads the form', async () => {
    expect((await upload(app, user, { query: '?process=maybe' })).body.detail[0]).toMatchObject({
      ...{ type: 'bool_parsing', loc: ['query', 'process'], input: 'maybe' },
    });
  });

  it('is for verified users with the permission', async () => {
    const pending = await asUser(app, 'pending');
    expect((await upload(app, { ...user, token: 'x' })).status).toBe(401);
    expect((await api(app.url).post(`${FILES}/`)).status).toBe(401);
    expect((await upload(app, pending)).status).toBe(401);
  });

  it('takes one file and few fields', async () => {
    const part = (name: string, file = '') =>
      `--x\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n1\r\n`;
    const refused = [
      part('file', '; filename="a"') + part('file', '; filename="b"'),
      part('other', '; filename="a"'),
      part('field').repeat(20) + part('file', '; filename="a"'),
      part('f'.repeat(200)) + part('file', '; filename="a"'),
      `--x\r\n${'A: b\r\n'.repeat(10_000)}\r\n`,
    ];
    const before = await objects();
    for (const body of refused) {
      const { status, text } = await send(of(`${body}--x--`), FORM).answer;
      expect([status, JSON.parse(text)]).toEqual([400, { detail: '[ERROR: Invalid form]' }]);
    }
    expect(await objects()).toBe(before);
  });

  it.each([
    ['multipart/form-data', 400],
    [`multipart/form-data; boundary=${'b'.repeat(71)}`, 400],
    ['multipart/mixed; boundary=x', 415],
  ])('refuses a body of type %.60s', async (type, status) => {
    expect((await send(of('--x--'), { 'Content-Type': type }).answer).status).toBe(status);
  });

  it('ends a form that never comes to its file', async () => {
    await isEnded(send(forever(Buffer.alloc(MB, '-')), FORM));
  });

  describe('limits', () => {
    const tooLarge = (megabytes: number) => ({
      detail: `Oops! The file you're trying to upload is too large. Please upload a file that is less than ${megabytes}MB.`,
    });

    it('take a file of exactly the size, and refuse one byte more', () =>
      limited({ file_max_size: 1 }, async () => {
        const before = await objects();
        expect((await upload(app, user, { content: Buffer.alloc(MB, randomUUID()) })).status).toBe(200);
        const over = await upload(app, user, { content: Buffer.alloc(MB + 1, randomUUID()) });
        expect(brief(over)).toEqual({ status: 413, body: tooLarge(1) });
        expect(await objects()).toBe(before + 1);
      }));

    it('count a body without a length', () =>
      limited({ file_max_size: 1 }, async () => {
        const before = await objects();
        const { status, text } = await send(of(FILE_HEAD, Buffer.alloc(2 * MB, 'y'), '\r\n--x--'), FORM).answer;
        expect([status, JSON.parse(text)]).toEqual([413, tooLarge(1)]);
        expect(await objects()).toBe(before);
      }));

    it('refuse a long body before it comes', () =>
      limited({ file_max_size: 1 }, async () => {
        const { sent, answer } = send(of(FILE_HEAD), { ...FORM, 'Content-Length': String(100 * MB) });
        expect((await answer).status).toBe(413);
        sent.destroy();
      }));

    it('end a body that is refused and goes on', () =>
      limited({ file_max_size: 1 }, async () => {
        await isEnded(send(afterHead(Buffer.alloc(MB)), FORM));
      }));

    it('leave space to each account, shared by what is stored at the same time', async () => {
      const owner = await asUser(app);
      await limited({ file_max_space: 1 }, async () => {
        const half = () => upload(app, owner, { content: Buffer.alloc(MB * 0.4, randomUUID()) });
        const answers = await Promise.all([half(), half(), half(), half()]);
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 413, 413]);
        const stored = answers.find(({ status }) => status === 200)!.body.id;
        expect((await half()).body.detail).toMatch(/^Oops! There is no space left/);
        await owner.api.delete(`${FILES}/${stored}`);
        expect((await half()).status).toBe(200);
      });
      expect((await sql('SELECT id FROM file WHERE user_id = $1', owner.id)).length).toBe(2);
    });

    it('are about extensions without case, of files that are processed', () =>
      limited({ allowed_file_extensions: ['TXT', '.pdf', ''] }, async () => {
        const statusOf = async (name: string, query = '') => {
          const { status, body } = await upload(app, user, { name, query });
          if (status === 200) await user.api.delete(`${FILES}/${body.id}`);
          return status === 200 ? 200 : body.detail;
        };
        expect(await statusOf('x.txt')).toBe(200);
        expect(await statusOf('x.PDF')).toBe(200);
        expect(await statusOf('x.md')).toBe('[ERROR: File type md is not allowed]');
        expect(await statusOf('README')).toBe(NOT_UPLOADED.detail);
        expect(await statusOf(`x.${'e'.repeat(200)}`)).toBe(`[ERROR: File type ${'e'.repeat(32)} is not allowed]`);
        expect(await statusOf('x.md', '?process=false')).toBe(200);
      }));
  });

  it('takes 50 MB', async () => {
    const content = Buffer.alloc(50 * MB, randomUUID());
    const id = await create({ content });
    const response = await fetch(`${app.url}${FILES}/${id}/content`, {
      headers: { Authorization: `Bearer ${user.token}` },
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
  });

  it('leaves nothing of an interrupted upload', async () => {
    const writing = () => sql(`SELECT id FROM blob WHERE state <> 'stored'`);
    const before = [await objects(), (await sql('SELECT id FROM file')).length];
    const { sent, answer } = send(afterHead(Buffer.alloc(1024)), FORM);
    while ((await writing()).length === 0) await new Promise(setImmediate);
    sent.destroy();
    await expect(answer).rejects.toThrow();
    while ((await writing()).length > 0) await new Promise(setImmediate);
    expect([await objects(), (await sql('SELECT id FROM file')).length]).toEqual(before);
  });
});

/** Resolves when the server has closed the connection, with or without an answer. */
async function isEnded({ sent, answer }: ReturnType<typeof send>): Promise<void> {
  answer.catch(() => undefined);
  await new Promise((resolve) => sent.once('close', resolve));
  expect(sent.destroyed).toBe(true);
}

async function* of(...parts: (Buffer | string)[]) {
  for (const part of parts) yield part;
}

async function* forever(part: Buffer) {
  for (;;) yield part;
}

async function* afterHead(part: Buffer) {
  yield FILE_HEAD;
  yield* forever(part);
}

describe('GET /api/v1/files/', () => {
  it('lists own files with their texts, newest first', async () => {
    const owner = await asUser(app);
    const [first, second] = [await create({ name: 'one' }, owner), await create({ name: 'two' }, owner)];
    await setText(first, 'the text "of" one');
    await sql('UPDATE file SET created_at = created_at - 1 WHERE id = $1', first);
    const { body } = await owner.api.get(`${FILES}/`);
    expect(body.map(({ id, data }: Json) => [id, data])).toEqual([
      [second, {}],
      [first, { content: 'the text "of" one' }],
    ]);
    expect(body[0]).not.toHaveProperty('path');
    expect((await owner.api.get(`${FILES}/?content=false`)).body[1].data).toEqual({});
    expect((await owner.api.get(`${FILES}/?skip=1&limit=1`)).body.map(({ id }: Json) => id)).toEqual([first]);
  });

  it('shows administrators the files of all', async () => {
    const id = await create();
    expect((await admin.api.get(`${FILES}/?content=false`)).body.map((file: Json) => file.id)).toContain(id);
    expect((await other.api.get(`${FILES}/`)).body).toEqual([]);
  });

  it('takes the same number of statements for any number of files', async () => {
    const owner = await asUser(app);
    const count = async () =>
      (await queriesOf(app.get(DataSource), () => owner.api.get(`${FILES}/?content=false`))).length;
    await create({}, owner);
    const one = await count();
    for (let index = 0; index < 12; index++) await create({}, owner);
    expect(await count()).toBe(one);
  });

  it('needs credentials, and whole numbers', async () => {
    expect((await api(app.url).get(`${FILES}/`)).status).toBe(401);
    expect((await user.api.get(`${FILES}/?limit=0`)).status).toBe(422);
    expect((await user.api.get(`${FILES}/?content=maybe`)).status).toBe(422);
  });
});

describe('GET /api/v1/files/search', () => {
  it('finds own files by a glob without case', async () => {
    const owner = await asUser(app);
    for (const name of ['Notes.txt', 'notes.md', 'Übung.txt']) await create({ name }, owner);
    const search = async (filename: string) => {
      const { status, body } = await owner.api.get(`${FILES}/search?filename=${encodeURIComponent(filename)}`);
      return status === 200 ? body.map((file: Json) => file.filename).sort() : body.detail;
    };
    expect(await search('N*.TXT')).toEqual(['Notes.txt']);
    expect(await search('[n]ote?.*')).toEqual(['Notes.txt', 'notes.md']);
    expect(await search('übu*')).toEqual(['Übung.txt']);
    expect(await search('notes')).toBe('No files found matching the pattern.');
    expect(await search(`${'*a'.repeat(200)}b`)).toBe('No files found matching the pattern.');
  });

  it('finds nothing foreign, and needs a name', async () => {
    await create();
    expect((await other.api.get(`${FILES}/search?filename=*`)).status).toBe(404);
    expect((await user.api.get(`${FILES}/search`)).status).toBe(422);
    expect((await user.api.get(`${FILES}/search?filename=${'*'.repeat(600)}`)).status).toBe(422);
    expect((await api(app.url).get(`${FILES}/search?filename=*`)).status).toBe(401);
  });
});

describe('routes of one file', () => {
  const ROUTES: [string, string, unknown][] = [
    ['GET', '', undefined],
    ['GET', '/process/status', undefined],
    ['GET', '/process/status?stream=true', undefined],
    ['GET', '/data/content', undefined],
    ['POST', '/data/content/update', { content: 'mine now' }],
    ['GET', '/content', undefined],
    ['GET', '/content?attachment=true', undefined],
    ['GET', '/content/html', undefined],
    ['GET', '/content/x.txt', undefined],
    ['DELETE', '', undefined],
  ];

  it.each(ROUTES)('%s %s hides files of others and missing ones', async (method, path, body) => {
    const id = await create();
    for (const target of [id, 'nope', `${id}%00`, '%2e%2e%2f'])
      expect(brief(await other.api.request(method, `${FILES}/${target}${path}`, body))).toEqual(NOT_FOUND);
    expect((await api(app.url).request(method, `${FILES}/${id}${path}`, body)).status).toBe(401);
    expect((await user.api.get(`${FILES}/${id}`)).body).toMatchObject({ id, data: {} });
  });
});

describe('GET /api/v1/files/:id', () => {
  it('has the text, a name for the bytes, and no path of the server', async () => {
    const id = await create({ name: 'a.txt' });
    const text = `"${'long \u{1f600}\n'.repeat(20_000)}`;
    await setText(id, text);
    const { body } = await admin.api.get(`${FILES}/${id}`);
    expect(body).toMatchObject({ id, path: `/uploads/${id}_a.txt`, data: { content: text }, access_control: null });
  });
});

describe('GET /api/v1/files/:id/process/status', () => {
  it('is pending for a file that is not processed, and its stream ends at once', async () => {
    const id = await create();
    expect((await user.api.get(`${FILES}/${id}/process/status`)).body).toEqual({ status: 'pending' });
    expect((await user.api.get(`${FILES}/${id}/process/status?stream=true`)).body ?? '').toBe('');
  });
});

describe('GET /api/v1/files/:id/data/content', () => {
  it('is the text, or empty', async () => {
    const id = await create();
    expect((await user.api.get(`${FILES}/${id}/data/content`)).body).toEqual({ content: '' });
    await setText(id, 'the text');
    expect((await user.api.get(`${FILES}/${id}/data/content`)).body).toEqual({ content: 'the text' });
  });
});

describe('POST /api/v1/files/:id/data/content/update', () => {
  it('refuses blank and missing texts', async () => {
    const id = await create();
    const path = `${FILES}/${id}/data/content/update`;
    expect((await user.api.post(path, { content: ' \n' })).body.detail).toMatch(/^The content provided is empty/);
    expect((await user.api.post(path, {})).status).toBe(422);
    expect((await user.api.post(path, { content: 1 })).status).toBe(422);
  });
});

describe('GET /api/v1/files/:id/content', () => {
  const load = async (id: string, path = '/content', headers: Record<string, string> = {}, reader = user) => {
    const auth = { Authorization: `Bearer ${reader.token}` };
    const response = await fetch(`${app.url}${FILES}/${id}${path}`, { headers: { ...auth, ...headers } });
    const header = (name: string) => response.headers.get(name);
    return { status: response.status, text: await response.text(), header };
  };

  it.each([
    ['a.html', 'text/html', 'text/html; charset=utf-8', `attachment; filename*=UTF-8''a.html`],
    ['a.svg', 'image/svg+xml', 'image/svg+xml', `attachment; filename*=UTF-8''a.svg`],
    ['a.png', 'image/png', 'image/png', `attachment; filename*=UTF-8''a.png`],
    ['ä (1).bin', null, 'application/octet-stream', `attachment; filename*=UTF-8''%C3%A4%20%281%29.bin`],
    ['a.txt', 'text/plain', 'text/plain; charset=utf-8', null],
    ['Doc.PDF', 'application/octet-stream', 'application/pdf', `inline; filename*=UTF-8''Doc.PDF`],
    ['doc', 'application/pdf', 'application/pdf', `inline; filename*=UTF-8''doc`],
  ])('%s of type %s', async (name, type, contentType, disposition) => {
    const { status, text, header } = await load(await create({ name, type, content: '<script>' }));
    expect([status, text, header('content-type')]).toEqual([200, '<script>', contentType]);
    expect([header('content-disposition'), header('x-content-type-options')]).toEqual([disposition, 'nosniff']);
    expect(header('content-security-policy')).toContain("default-src 'none'");
  });

  it('keeps the stored type of an attachment', async () => {
    const id = await create({ name: 'Doc.PDF', type: 'application/octet-stream' });
    for (const path of ['/content?attachment=true', '/content/other.html']) {
      const { header } = await load(id, path);
      expect(header('content-type')).toBe('application/octet-stream');
      expect(header('content-disposition')).toBe(`attachment; filename*=UTF-8''Doc.PDF`);
    }
  });

  it('has ranges and validators', async () => {
    const id = await create({ content: '0123456789' });
    const part = await load(id, '/content', { Range: 'bytes=2-4' });
    expect([part.status, part.text, part.header('content-range')]).toEqual([206, '234', 'bytes 2-4/10']);
    const beyond = await load(id, '/content', { Range: 'bytes=10-' });
    expect([beyond.status, beyond.header('content-range'), beyond.text]).toEqual([416, 'bytes */10', '']);
    const path = `${app.url}${FILES}/${id}/content`;
    const { etag } = await headersOf(path, user);
    expect(await headersOf(path, user, etag)).toEqual({ status: 304, etag });
  });

  it('has a tag of its own for the same content of another account', async () => {
    const content = randomUUID();
    const [own, foreign] = [await create({ content }), await create({ content }, other)];
    expect((await load(own)).header('etag')).not.toBe((await load(foreign, '/content', {}, other)).header('etag'));
  });

  it('is missing when the storage has lost it', async () => {
    const id = await create({ content: randomUUID() });
    await storage().delete(await keyOf(id));
    for (const path of ['/content', '/content/x'])
      expect(brief(await user.api.get(`${FILES}/${id}${path}`))).toEqual(NOT_FOUND);
  });

  it('is the text of a row without bytes', async () => {
    const id = await create();
    await sql('UPDATE file SET has_blob = false WHERE id = $1', id);
    expect((await load(id)).status).toBe(404);
    await setText(id, 'only text');
    expect([(await load(id)).text, (await load(id, '/content/x')).text]).toEqual(['only text', 'only text']);
    expect((await user.api.get(`${FILES}/${id}`)).body.path).toBeNull();
  });

  it('shows pages of administrators only, and runs nothing of them', async () => {
    const page = { name: 'page.html', type: 'text/html', content: '<h1>hi</h1>' };
    const { text, header } = await load(await create(page, admin), '/content/html', {}, admin);
    expect([text, header('content-type'), header('content-disposition')]).toEqual([
      page.content,
      'text/html; charset=utf-8',
      null,
    ]);
    expect(header('content-security-policy')).toMatch(/default-src 'none'.*sandbox$/);
    expect((await load(await create(page), '/content/html')).status).toBe(404);
  });

  it('is read with the cookie of the session, too', async () => {
    const id = await create({ content: 'cookie' });
    const response = await fetch(`${app.url}${FILES}/${id}/content`, { headers: { Cookie: `token=${user.token}` } });
    expect(await response.text()).toBe('cookie');
  });
});

describe('DELETE /api/v1/files/:id', () => {
  it('deletes the row, its text and its blob', async () => {
    const id = await create({ content: randomUUID() });
    await setText(id, 'text');
    const key = await keyOf(id);
    expect(brief(await user.api.delete(`${FILES}/${id}`))).toEqual({
      status: 200,
      body: { message: 'File deleted successfully' },
    });
    expect(await sql('SELECT 1 FROM file_content WHERE file_id = $1', id)).toEqual([]);
    expect(await sql('SELECT 1 FROM blob_reference WHERE id = $1', id)).toEqual([]);
    await app.get(UnusedBlobsJob).removeUnused(inTwoDays());
    expect(await storage().find(key)).toBeNull();
  });

  it('succeeds once for concurrent requests', async () => {
    const id = await create();
    const answers = await Promise.all(Array.from({ length: 6 }, () => user.api.delete(`${FILES}/${id}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404, 404]);
  });

  it('leaves the same content of another account', async () => {
    const content = randomUUID();
    const [own, foreign] = [await create({ content }), await create({ content }, other)];
    await user.api.delete(`${FILES}/${own}`);
    await app.get(UnusedBlobsJob).removeUnused(inTwoDays());
    expect((await other.api.get(`${FILES}/${foreign}/content`)).body).toBe(content);
  });

  it('is done for administrators, and with the account', async () => {
    const owner = await asUser(app);
    expect((await admin.api.delete(`${FILES}/${await create({}, owner)}`)).status).toBe(200);
    const id = await create({}, owner);
    await admin.api.delete(`/api/v1/users/${owner.id}`);
    expect(await sql(`SELECT 1 FROM blob_reference WHERE id = $1`, id)).toEqual([]);
  });
});

describe('DELETE /api/v1/files/all', () => {
  it('is for administrators, and leaves nothing', async () => {
    await create();
    expect((await user.api.delete(`${FILES}/all`)).status).toBe(401);
    expect((await api(app.url).delete(`${FILES}/all`)).status).toBe(401);
    expect((await admin.api.delete(`${FILES}/all`)).body).toEqual({ message: 'All files deleted successfully' });
    expect((await admin.api.get(`${FILES}/`)).body).toEqual([]);
    expect(await sql(`SELECT 1 FROM blob_reference WHERE kind = 'file'`)).toEqual([]);
  });
});
