import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Test, type TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { NotFoundError, PayloadTooLargeError } from '../../../src/common/errors/app-error';
import { DatabaseModule } from '../../../src/platform/database/database.module';
import { Transaction } from '../../../src/platform/database/transaction';
import { Env } from '../../../src/platform/env/env';
import { EnvModule } from '../../../src/platform/env/env.module';
import { BlobReference } from '../../../src/platform/storage/blobs/blob-reference.entity';
import { Blob } from '../../../src/platform/storage/blobs/blob.entity';
import { BlobStore } from '../../../src/platform/storage/blobs/blob-store';
import { BlobsRepository } from '../../../src/platform/storage/blobs/blobs.repository';
import { UnusedBlobsJob } from '../../../src/platform/storage/blobs/unused-blobs.job';
import { LocalDriver } from '../../../src/platform/storage/drivers/local.driver';
import { StorageDriver, type ListedObject } from '../../../src/platform/storage/storage-driver';
import { createTestDatabase, type TestDatabase } from '../../support/database';

const DAY = 24 * 60 * 60;
const now = (): number => Math.floor(Date.now() / 1000);

/** A process that dies: nothing of it runs after this point. */
class Crash extends Error {}

/** Real: PostgreSQL and files. Two stores share them, as two nodes do. */
describe('BlobStore', () => {
  let database: TestDatabase;
  let module: TestingModule;
  let root: string;
  let driver: LocalDriver;
  let store: BlobStore;
  let repository: BlobsRepository;
  let transaction: Transaction;
  let job: UnusedBlobsJob;
  let sql: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    root = await mkdtemp(join(tmpdir(), 'confab-blobs-'));
    driver = new LocalDriver(root);
    module = await Test.createTestingModule({
      imports: [EnvModule, DatabaseModule, DatabaseModule.forFeature({ entities: [Blob, BlobReference] })],
      providers: [BlobsRepository, BlobStore, UnusedBlobsJob, { provide: StorageDriver, useValue: driver }],
    })
      .overrideProvider(Env)
      .useValue(new Env({ NODE_ENV: 'test', DATABASE_URL: database.url, WEBUI_SECRET_KEY: 'shared' }))
      .compile();
    await module.init();
    store = module.get(BlobStore);
    repository = module.get(BlobsRepository);
    transaction = module.get(Transaction);
    job = module.get(UnusedBlobsJob);
    sql = module.get(DataSource);
  });
  afterAll(async () => {
    await module.close();
    await database.drop();
    await rm(root, { recursive: true });
  });
  beforeEach(async () => {
    await sql.query('DELETE FROM blob_reference');
    await job.removeUnused(now() + 2 * DAY);
  });
  afterEach(() => jest.restoreAllMocks());

  const write = (content: string, from = store) => from.write(Readable.from([Buffer.from(content)]));
  const refer = (id: string, blobId: string, ownerId: string | null = 'ann') =>
    store.addReference({ kind: 'test', id, blobId, ownerId });
  const rows = () => sql.query<{ id: string; key: string; hash: string; state: string }[]>('SELECT * FROM blob');
  async function objects(): Promise<string[]> {
    const found: ListedObject[] = [];
    for await (const object of driver.list('blobs')) found.push(object);
    return found.map(({ key }) => key).sort();
  }
  async function read(id: string): Promise<string | null> {
    const blob = (await store.find('test', [id])).get(id);
    return blob ? text(await store.open(blob)) : null;
  }
  /** Every object has a row, every stored row has an object, and no unreferenced content is left. */
  async function expectNothingLeft() {
    await job.removeUnused(now() + 2 * DAY);
    expect([await rows(), await objects()]).toEqual([[], []]);
  }

  it('keeps content by its hash, and gives it back whole and in part', async () => {
    const blob = await write('hello');
    await refer('a', blob.id);
    expect(await rows()).toMatchObject([
      { id: blob.id, hash: createHash('sha256').update('hello').digest('hex'), state: 'stored', size: '5' },
    ]);
    expect(await read('a')).toBe('hello');
    expect(await text(await store.open(blob, { start: 1, end: 2 }))).toBe('el');
    expect(store.contentOf(blob).size).toBe(5);
    expect(await store.find('other kind', ['a'])).toEqual(new Map());
  });

  it('keeps equal content once, until the last reference is released', async () => {
    const [first, second] = [await write('same'), await write('same')];
    expect(second).toEqual(first);
    await refer('a', first.id);
    await refer('b', second.id);
    expect(await objects()).toEqual([first.key]);
    await store.release('test', ['a', 'unknown']);
    await job.removeUnused(now() + 2 * DAY);
    expect(await read('b')).toBe('same');
    await store.release('test', ['b']);
    await expectNothingLeft();
  });

  it('keeps what has no reference yet for a day', async () => {
    const { id } = await write('waiting');
    await job.removeUnused(now() + DAY / 2);
    await refer('a', id);
    await job.removeUnused(now() + 2 * DAY);
    expect(await read('a')).toBe('waiting');
  });

  it('discards content at once, unless it has a reference or another write has brought it', async () => {
    await store.discard(await write('unwanted'));
    expect([await rows(), await objects()]).toEqual([[], []]);
    const referenced = await write('referenced');
    await refer('a', referenced.id);
    await store.discard(referenced);
    expect(await read('a')).toBe('referenced');
    const [first, second] = [await write('twice'), await write('twice')];
    await store.discard(first);
    await refer('b', second.id);
    expect(await read('b')).toBe('twice');
    await store.release('test', ['a', 'b']);
    await expectNothingLeft();
  });

  it('refuses a reference to what has been removed', async () => {
    const { id } = await write('late');
    await job.removeUnused(now() + 2 * DAY);
    await expect(refer('a', id)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('refuses content over the limit, and leaves nothing of it', async () => {
    const content = Readable.from([Buffer.alloc(3), Buffer.alloc(3)]);
    await expect(store.write(content, { maxBytes: 5 })).rejects.toBeInstanceOf(PayloadTooLargeError);
    expect([await rows(), await objects()]).toEqual([[], []]);
  });

  it('counts the space of an account, equal content once', async () => {
    const [big, small] = [await write('12345678'), await write('123')];
    for (const [id, blob] of [['a', big] as const, ['b', big] as const, ['c', small] as const])
      await refer(id, blob.id);
    await refer('d', small.id, 'bob');
    await refer('e', small.id, null);
    expect([await store.sizeOf('ann'), await store.sizeOf('bob'), await store.sizeOf('eve')]).toEqual([11, 3, 0]);
    await store.release('test', ['a']);
    expect(await store.sizeOf('ann')).toBe(11);
  });

  it('a rolled back transaction adds and releases nothing', async () => {
    const blob = await write('kept');
    await refer('a', blob.id);
    const attempt = transaction.run(async () => {
      await refer('b', blob.id);
      await store.release('test', ['a']);
      throw new Error('rolled back');
    });
    await expect(attempt).rejects.toThrow('rolled back');
    expect([await read('a'), await read('b')]).toEqual(['kept', null]);
  });

  it('stores equal content once when several nodes write it concurrently', async () => {
    const other = new BlobStore(driver, repository, transaction);
    const blobs = await Promise.all(Array.from({ length: 8 }, (_, index) => write('race', index % 2 ? store : other)));
    expect(new Set(blobs.map(({ id }) => id)).size).toBe(1);
    await refer('a', blobs[0]!.id);
    expect([await read('a'), await objects()]).toEqual(['race', [blobs[0]!.key]]);
  });

  it('never removes content while a reference to it is being added', async () => {
    const blob = await write('contended');
    await transaction.run(async () => {
      await refer('a', blob.id);
      const other = sql.createQueryRunner();
      const sqlOfJob = 'SELECT id FROM blob WHERE id = $1 FOR UPDATE SKIP LOCKED';
      expect(await other.query(sqlOfJob, [blob.id])).toEqual([]);
      await other.release();
    });
    await job.removeUnused(now() + 2 * DAY);
    expect(await read('a')).toBe('contended');
  });

  it('survives writing and removing the same content at the same time', async () => {
    for (let round = 0; round < 15; round++) {
      const old = await write('churn');
      const outcomes = await Promise.all([
        job.removeUnused(now() + 2 * DAY),
        write('churn').then(
          (blob) => refer(`churn ${round}`, blob.id).catch(() => undefined),
          () => undefined,
        ),
        job.removeUnused(now() + 2 * DAY),
        refer(`old ${round}`, old.id).catch(() => undefined),
      ]);
      expect(outcomes).toHaveLength(4);
      for (const id of [`churn ${round}`, `old ${round}`]) expect([null, 'churn']).toContain(await read(id));
      await store.release('test', [`churn ${round}`, `old ${round}`]);
    }
    await expectNothingLeft();
  });

  it('gives up a write that the job took for dead, and leaves nothing', async () => {
    const content = async function* () {
      yield Buffer.from('slow');
      await job.removeUnused(now() + 2 * DAY);
    };
    await expect(store.write(content())).rejects.toThrow('given up');
    await expectNothingLeft();
  });

  it('continues with other blobs when one object cannot be deleted, and retries', async () => {
    await Promise.all(['a', 'b', 'c'].map((content) => write(content)));
    const [stuck] = await objects();
    const remove = driver.delete.bind(driver);
    jest
      .spyOn(driver, 'delete')
      .mockImplementation((key) => (key === stuck ? Promise.reject(new Error('storage away')) : remove(key)));
    await job.removeUnused(now() + 2 * DAY);
    expect(await objects()).toEqual([stuck]);
    jest.restoreAllMocks();
    await expectNothingLeft();
  });

  /** The calls of a write and of the job at which a process can die, before or after they take effect. */
  const STEPS = [
    ['repository', 'insertWriting'],
    ['driver', 'put'],
    ['repository', 'claim'],
    ['repository', 'markStored'],
    ['repository', 'insertReference'],
    ['repository', 'deleteReferences'],
    ['repository', 'retireUnused'],
    ['repository', 'isStoredAfterGivingUp'],
    ['driver', 'delete'],
    ['repository', 'delete'],
  ] as const;

  /** Makes the process die at its next call of this step; what it would do afterwards fails as well. */
  function crashAt(step: number, isAfter: boolean): () => boolean {
    let isDead = false;
    STEPS.forEach(([owner, name], index) => {
      const target = { repository, driver }[owner] as unknown as Record<
        string,
        (...args: unknown[]) => Promise<unknown>
      >;
      const work = target[name]!.bind(target);
      jest.spyOn(target, name).mockImplementation(async (...args) => {
        if (isDead) throw new Crash();
        if (index !== step) return work(...args);
        isDead = !isAfter;
        if (isDead) throw new Crash();
        await work(...args);
        isDead = true;
        throw new Crash();
      });
    });
    return () => isDead;
  }

  it('loses nothing and leaves nothing, wherever a process dies', async () => {
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), content: fc.constantFrom('x', 'y', 'z') }),
      fc.record({ kind: fc.constant('release' as const), content: fc.constantFrom('x', 'y', 'z') }),
      fc.record({ kind: fc.constant('collect' as const), content: fc.constant('') }),
    );
    const crash = fc.option(fc.record({ step: fc.nat(STEPS.length - 1), isAfter: fc.boolean() }), { freq: 2 });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(operation, crash), { maxLength: 8 }), async (script) => {
        const expected = new Map<string, string>();
        for (const [{ kind, content }, dies] of script) {
          if (dies) crashAt(dies.step, dies.isAfter);
          const id = `row ${count++}`;
          try {
            if (kind === 'write') {
              const blob = await write(content);
              // With the row of a module, which is committed exactly if this resolves.
              await transaction.run(() => refer(id, blob.id));
              expected.set(id, content);
            } else if (kind === 'collect') await job.removeUnused(now() + 2 * DAY);
            else {
              const ids = [...expected].filter(([, text]) => text === content).map(([key]) => key);
              await transaction.run(() => store.release('test', ids));
              ids.forEach((key) => expected.delete(key));
            }
          } catch (error) {
            if (!(error instanceof Crash)) throw error;
          }
          jest.restoreAllMocks();
          for (const [key, value] of expected) expect(await read(key)).toBe(value);
        }
        await store.release('test', [...expected.keys()]);
        await expectNothingLeft();
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
