import { Readable } from 'node:stream';
import express from 'express';
import request, { type Response } from 'supertest';
import { FileResponse, type ByteRange, type FileHead } from './file-response';

const TEXT = 'abcdefghij';
const content = {
  size: TEXT.length,
  open: ({ start, end }: ByteRange = { start: 0, end: TEXT.length - 1 }) => Readable.from([TEXT.slice(start, end + 1)]),
};

function serve(head: Partial<FileHead> = {}, file: FileResponse | null = null) {
  const app = express().disable('etag');
  const response =
    file ?? new FileResponse(content, { type: 'text/plain', tag: 'v1', updatedAt: 1_700_000_000, ...head });
  app.get('/', (_, answer, next) => void response.sendTo(answer).catch(next));
  return request(app).get('/').buffer(true).parse(asText);
}

function asText(response: Response, done: (error: Error | null, body: string) => void): void {
  const stream = response as unknown as NodeJS.ReadableStream;
  let text = '';
  stream.on('data', (part: Buffer) => (text += part.toString()));
  stream.on('end', () => done(null, text));
}

describe('FileResponse', () => {
  it('sends the whole file with its validators', async () => {
    const { status, headers, body } = await serve();
    expect([status, body]).toEqual([200, TEXT]);
    expect(headers).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache, no-transform',
      'content-length': '10',
      'content-type': expect.stringMatching(/^text\/plain/) as string,
      'last-modified': 'Tue, 14 Nov 2023 22:13:20 GMT',
      'x-content-type-options': 'nosniff',
      etag: '"v1"',
    });
  });

  it.each([
    ['bytes=0-2', 'abc', '0-2'],
    ['bytes=7-', 'hij', '7-9'],
    ['bytes=8-99', 'ij', '8-9'],
    ['bytes=-3', 'hij', '7-9'],
    ['bytes=-99', TEXT, '0-9'],
    ['BYTES=9-9', 'j', '9-9'],
  ])('answers %s with that part', async (range, part, position) => {
    const { status, headers, body } = await serve().set('Range', range);
    expect([status, body, headers['content-range'], headers['content-length']]).toEqual([
      206,
      part,
      `bytes ${position}/10`,
      String(part.length),
    ]);
  });

  it.each([
    'bytes=10-',
    'bytes=5-4',
    'bytes=-0',
    'bytes=-',
    'bytes=a-b',
    'bytes=0-1,3-4',
    `bytes=${'0-1,'.repeat(999)}`,
  ])('refuses %.20s', async (range) => {
    const { status, headers, body } = await serve().set('Range', range);
    expect([status, headers['content-range'], body]).toEqual([416, 'bytes */10', '']);
  });

  it('ignores other units', async () => {
    expect((await serve().set('Range', 'lines=0-1')).status).toBe(200);
  });

  it.each([
    ['"v1"', 206],
    ['"v2"', 200],
    ['W/"v1"', 200],
    ['Tue, 14 Nov 2023 22:13:20 GMT', 206],
    ['Tue, 14 Nov 2023 22:13:21 GMT', 200],
  ])('with If-Range: %s', async (condition, status) => {
    expect((await serve().set('Range', 'bytes=0-0').set('If-Range', condition)).status).toBe(status);
  });

  it('answers 304 to a client that has it', async () => {
    const { status, headers, body } = await serve().set('If-None-Match', '"v0", "v1"');
    expect([status, headers.etag, body]).toEqual([304, '"v1"', '']);
    expect((await serve().set('If-None-Match', '"v2"')).status).toBe(200);
  });

  it.each([
    ['image/png', 'inline'],
    ['video/mp4', 'inline'],
    ['application/pdf', 'inline'],
    ['Text/Plain; charset=utf-8', 'inline'],
    ['text/html', 'attachment'],
    ['text/html; x=image/png', 'attachment'],
    ['image/svg+xml', 'attachment'],
    ['application/xhtml+xml', 'attachment'],
    ['text/xml', 'attachment'],
    ['', 'attachment'],
  ])('type %j is %s', async (type, disposition) => {
    const { headers } = await serve({ type, name: 'a.b' });
    expect(headers['content-disposition']).toBe(`${disposition}; filename=a.b`);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('names the file for every client', async () => {
    const { headers } = await serve({ name: '../Bericht "2" €.pdf', isAttachment: true });
    expect(headers['content-disposition']).toBe(
      `attachment; filename="Bericht \\"2\\" ?.pdf"; filename*=UTF-8''Bericht%20%222%22%20%E2%82%AC.pdf`,
    );
  });

  it('opens nothing for HEAD, and for an empty file', async () => {
    const closed = { open: () => Promise.reject(new Error('opened')) };
    const app = express();
    app.get('/', (_, answer) => new FileResponse({ ...closed, size: 5 }, { type: 'text/plain' }).sendTo(answer));
    const head = await request(app).head('/');
    expect([head.status, head.headers['content-length']]).toEqual([200, '5']);
    const empty = await serve({}, new FileResponse({ ...closed, size: 0 }, { type: 'text/plain' }));
    expect([empty.status, empty.headers['content-length'], empty.body]).toEqual([200, '0', '']);
  });

  it('a failed opening leaves no validators', async () => {
    const open = () => Promise.reject(new Error('gone'));
    const { status, headers } = await serve({}, new FileResponse({ size: 5, open }, { type: 'text/plain', tag: 'v' }));
    expect([status, headers.etag]).toEqual([500, undefined]);
  });

  it('a source that breaks off ends the connection', async () => {
    const open = () =>
      Readable.from(
        (function* () {
          yield 'ab';
          throw new Error('broken');
        })(),
      );
    await expect(serve({}, new FileResponse({ size: 5, open }, { type: 'text/plain' }))).rejects.toThrow(
      /aborted|hang up/,
    );
  });

  it('takes bytes', async () => {
    const file = FileResponse.of(Buffer.from(TEXT), { type: 'text/plain', maxAge: 60 });
    const { headers, body } = await serve({}, file).set('Range', 'bytes=1-1');
    expect([body, headers['cache-control']]).toEqual(['b', 'private, max-age=60, no-transform']);
    expect(headers.etag).toMatch(/^"[\w-]{27}"$/);
  });
});
