import { mkdtemp, readdir, rm, stat, utimes, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { PayloadTooLargeError } from '../../../src/common/errors/app-error';
import { LocalDriver } from '../../../src/platform/storage/drivers/local.driver';
import { StoredObjectMissingError } from '../../../src/platform/storage/storage-driver';

describe('LocalDriver', () => {
  let root: string;
  let storage: LocalDriver;

  const put = (key: string, content: string, maxBytes?: number) =>
    storage.put(key, Readable.from([Buffer.from(content)]), { maxBytes });
  const contentOf = async (key: string) => text(await storage.get(key));
  const incoming = () => readdir(join(root, '.incoming'));

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'confab-storage-'));
    storage = new LocalDriver(root);
  });

  afterEach(() => rm(root, { recursive: true }));

  it('gives back what was put', async () => {
    expect(await put('user-1/file.bin', 'hello')).toBe(5);
    expect(await contentOf('user-1/file.bin')).toBe('hello');
    expect(await storage.find('user-1/file.bin')).toEqual({ size: 5, updatedAt: expect.any(Number) as number });
    expect((await stat(join(root, 'user-1/file.bin'))).mode & 0o777).toBe(0o600);
  });

  it('gives a part of it', async () => {
    await put('a', 'hello');
    expect(await text(await storage.get('a', { start: 1, end: 3 }))).toBe('ell');
  });

  it('keeps large content byte by byte', async () => {
    const chunks = Array.from({ length: 40 }, (_, index) => Buffer.alloc(100_000, index));
    expect(await storage.put('large', Readable.from(chunks))).toBe(4_000_000);
    expect(Buffer.concat(chunks).equals(await buffer(await storage.get('large')))).toBe(true);
  });

  it('replaces an object as a whole', async () => {
    await put('a', 'a long text');
    await put('a', 'b');
    expect(await contentOf('a')).toBe('b');
  });

  it('keeps the old object and nothing of the new one when the source fails', async () => {
    await put('a', 'old');
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('new');
        throw new Error('connection lost');
      })(),
    );
    await expect(storage.put('a', broken)).rejects.toThrow('connection lost');
    expect(await contentOf('a')).toBe('old');
    expect(await incoming()).toEqual([]);
  });

  it('refuses content one byte over the limit, and leaves nothing', async () => {
    await put('a', '12345', 5);
    await expect(put('b', '123456', 5)).rejects.toBeInstanceOf(PayloadTooLargeError);
    expect(await storage.find('b')).toBeNull();
    expect(await incoming()).toEqual([]);
  });

  it('deletes, also twice', async () => {
    await put('a', 'x');
    await storage.delete('a');
    await storage.delete('a');
    expect(await storage.find('a')).toBeNull();
    await expect(storage.get('a')).rejects.toBeInstanceOf(StoredObjectMissingError);
  });

  it.each([
    '',
    '..',
    '../x',
    'a/../b',
    '/etc/passwd',
    'a\\b',
    'a\0b',
    '.hidden',
    'a/.b',
    'a//b',
    'a/',
    'ä',
    'x'.repeat(129),
  ])('takes %j for no key', async (key) => {
    await expect(put(key, 'x')).rejects.toThrow(RangeError);
    await expect(storage.find(key)).rejects.toThrow(RangeError);
    await expect(storage.delete(key)).rejects.toThrow(RangeError);
  });

  it('a folder is no object', async () => {
    await put('a/b', 'x');
    expect(await storage.find('a')).toBeNull();
    expect(await storage.find('a/b/c')).toBeNull();
  });

  it('removes old unfinished files and leaves those in the making', async () => {
    const folder = join(root, '.incoming');
    await mkdir(folder);
    for (const name of ['old', 'new']) await writeFile(join(folder, name), 'x');
    await utimes(join(folder, 'old'), 0, 0);
    await storage.removeAbandoned();
    expect(await incoming()).toEqual(['new']);
  });
});
