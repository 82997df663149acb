import { mkdtemp, mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { PayloadTooLargeError } from '../../../src/common/errors/app-error';
import { LocalDriver } from '../../../src/platform/storage/drivers/local.driver';
import { S3Driver } from '../../../src/platform/storage/drivers/s3.driver';
import { StoredObjectMissingError, type StorageDriver } from '../../../src/platform/storage/storage-driver';
import { FakeS3Server } from '../../support/fakes/s3-server';

const MB = 1024 * 1024;

interface Storage {
  driver: StorageDriver;
  /** Parts of objects that were not completed. */
  leftovers(): Promise<unknown[]>;
  close(): Promise<void>;
}

async function local(): Promise<Storage> {
  const root = await mkdtemp(join(tmpdir(), 'confab-storage-'));
  const leftovers = () => readdir(join(root, '.incoming')).catch(() => []);
  return { driver: new LocalDriver(root), leftovers, close: () => rm(root, { recursive: true }) };
}

async function s3(): Promise<Storage> {
  const server = await FakeS3Server.start();
  const driver = await S3Driver.open(server.target());
  return { driver, leftovers: () => Promise.resolve([]), close: () => server.close() };
}

describe.each([
  ['LocalDriver', local],
  ['S3Driver', s3],
])('%s', (_, open) => {
  let storage: Storage;
  const put = (key: string, content: string | Buffer, maxBytes?: number) =>
    storage.driver.put(key, Readable.from([Buffer.from(content)]), { maxBytes });
  const contentOf = async (key: string) => text(await storage.driver.get(key));
  async function keysIn(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of storage.driver.list(prefix)) keys.push(key);
    return keys.sort();
  }

  beforeAll(async () => (storage = await open()));
  afterAll(() => storage.close());

  it('gives back what was put, and its size and time', async () => {
    expect(await put('user-1/file.bin', 'hello')).toBe(5);
    expect(await contentOf('user-1/file.bin')).toBe('hello');
    const { size, updatedAt } = (await storage.driver.find('user-1/file.bin'))!;
    expect([size, Math.abs(updatedAt - Date.now() / 1000) < 60]).toEqual([5, true]);
  });

  it('gives a part of it', async () => {
    await put('range', 'hello');
    expect(await text(await storage.driver.get('range', { start: 1, end: 3 }))).toBe('ell');
  });

  it('stores an empty object', async () => {
    expect(await put('empty', '')).toBe(0);
    expect(await contentOf('empty')).toBe('');
  });

  it('keeps large content byte by byte', async () => {
    const chunks = Array.from({ length: 200 }, (_, index) => Buffer.alloc(100_000, index));
    expect(await storage.driver.put('large', Readable.from(chunks))).toBe(20_000_000);
    expect(Buffer.concat(chunks).equals(await buffer(await storage.driver.get('large')))).toBe(true);
  });

  it('takes no more of a source than it can store', async () => {
    let taken = 0;
    async function* source() {
      for (let index = 0; index < 64; index++) {
        taken++;
        yield Buffer.alloc(MB);
      }
    }
    await expect(storage.driver.put('bounded', source(), { maxBytes: 40 * MB })).rejects.toBeInstanceOf(
      PayloadTooLargeError,
    );
    expect(taken).toBeLessThanOrEqual(41);
  });

  it('replaces an object as a whole', async () => {
    await put('replaced', 'a long text');
    await put('replaced', 'b');
    expect(await contentOf('replaced')).toBe('b');
  });

  it.each([0, 20])(
    'keeps the old object and nothing of the new one when the source fails after %i MB',
    async (size) => {
      await put('kept', 'old');
      async function* broken() {
        yield Buffer.alloc(size * MB + 1);
        throw new Error('connection lost');
      }
      await expect(storage.driver.put('kept', broken())).rejects.toThrow('connection lost');
      expect(await contentOf('kept')).toBe('old');
      expect(await storage.leftovers()).toEqual([]);
    },
  );

  it('refuses content one byte over the limit, and leaves nothing', async () => {
    await put('exact', '12345', 5);
    await expect(put('over', '123456', 5)).rejects.toBeInstanceOf(PayloadTooLargeError);
    expect(await storage.driver.find('over')).toBeNull();
    expect(await storage.leftovers()).toEqual([]);
  });

  it('deletes, also twice', async () => {
    await put('deleted', 'x');
    await storage.driver.delete('deleted');
    await storage.driver.delete('deleted');
    expect(await storage.driver.find('deleted')).toBeNull();
    await expect(storage.driver.get('deleted')).rejects.toBeInstanceOf(StoredObjectMissingError);
  });

  it('lists what is below a folder, and no sibling', async () => {
    for (const key of ['list/1/a', 'list/1/b', 'list/2/c', 'listed/d']) await put(key, 'x');
    expect(await keysIn('list')).toEqual(['list/1/a', 'list/1/b', 'list/2/c']);
    expect(await keysIn('list/1')).toEqual(['list/1/a', 'list/1/b']);
    expect(await keysIn('nothing')).toEqual([]);
  });

  it.each([
    ...['', '..', '../x', 'a/../b', '/etc/passwd', 'a\\b', 'a\0b', '.hidden', 'a/.b', 'a//b', 'a/', 'ä'],
    'x'.repeat(129),
  ])('takes %j for no key', async (key) => {
    await expect(put(key, 'x')).rejects.toThrow(RangeError);
    await expect(storage.driver.find(key)).rejects.toThrow(RangeError);
    await expect(storage.driver.delete(key)).rejects.toThrow(RangeError);
  });
});

describe('LocalDriver', () => {
  let root: string;
  let driver: LocalDriver;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'confab-storage-'));
    driver = new LocalDriver(root);
  });
  afterEach(() => rm(root, { recursive: true }));

  it('has files that only this user may read, and takes no folder for an object', async () => {
    await driver.put('a/b', Readable.from([Buffer.from('x')]));
    expect((await stat(join(root, 'a/b'))).mode & 0o777).toBe(0o600);
    expect(await driver.find('a')).toBeNull();
    expect(await driver.find('a/b/c')).toBeNull();
  });

  it('removes old unfinished files and leaves those in the making', async () => {
    const folder = join(root, '.incoming');
    await mkdir(folder);
    for (const name of ['old', 'new']) await writeFile(join(folder, name), 'x');
    await utimes(join(folder, 'old'), 0, 0);
    await driver.removeAbandoned();
    expect(await readdir(folder)).toEqual(['new']);
  });
});

describe('S3Driver', () => {
  it('says that the bucket cannot be used', async () => {
    const server = await FakeS3Server.start();
    const driver = await S3Driver.open(server.target({ bucket: 'unknown' }));
    await expect(driver.put('a', Readable.from([Buffer.from('x')]))).rejects.toThrow(/bucket/i);
    await server.close();
  });
});
