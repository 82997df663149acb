/** @services */
import { DataSource } from 'typeorm';
import type { Principal } from '../../../src/common/auth/principal';
import { NotFoundError } from '../../../src/common/errors/app-error';
import { FileProcessingService } from '../../../src/modules/files/file-processing.service';
import { FileStatusService } from '../../../src/modules/files/file-status.service';
import { FilesRepository } from '../../../src/modules/files/files.repository';
import { FilesService } from '../../../src/modules/files/files.service';
import type { StoredFile } from '../../../src/modules/files/files.types';
import { Transaction } from '../../../src/platform/database/transaction';
import { JobsService } from '../../../src/platform/jobs/jobs.service';
import { startTestApp, type TestApp } from '../../support/app';
import { asUser, type TestUser } from '../../support/as-user';
import { createFile } from '../../support/factories/files';
import { queriesOf } from '../../support/query-counter';

const DONE = { text: 'text', hash: 'h', isIndexed: true };
const never = () => new AbortController().signal;

/** The jobs are not done: the tests report what a job would. */
describe('FileProcessingService', () => {
  let app: TestApp;
  let user: TestUser;
  let processing: FileProcessingService;
  let files: FilesRepository;

  beforeAll(async () => {
    app = await startTestApp();
    user = await asUser(app);
    processing = app.get(FileProcessingService);
    files = app.get(FilesRepository);
    jest.spyOn(app.get(JobsService), 'enqueue').mockResolvedValue(undefined);
  });
  afterAll(() => app.close());

  const pending = async () => {
    const id = await createFile(app, user);
    return { id, revision: await processing.restart(id) };
  };
  const find = async (id: string) => (await files.find(id))!;

  it('stores the text with the status, in the transaction of the caller', async () => {
    const { id } = await pending();
    const failed = app.get(Transaction).run(async () => {
      await processing.complete(id, DONE);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect(await find(id)).toMatchObject({ status: 'pending', hash: null });
    expect(await processing.complete(id, DONE)).toBe(true);
    expect(await find(id)).toMatchObject({ status: 'completed', hash: 'h', meta: { collection_name: `file-${id}` } });
    expect((await files.findTexts([id])).get(id)).toBe('text');
    await processing.complete(id, { ...DONE, isIndexed: false });
    expect((await find(id)).meta).not.toHaveProperty('collection_name');
  });

  it('does not take what an overtaken job reports', async () => {
    const { id, revision } = await pending();
    const next = await processing.restart(id, 'text', 'edited');
    expect(next).toBe(revision + 1);
    expect(await processing.report(id, { stage: 'extracting', done: 1, total: 2 }, revision)).toBe(false);
    expect(await processing.complete(id, DONE, revision)).toBe(false);
    expect(await processing.fail(id, 'late', { text: 'old', hash: 'o' }, revision)).toBe(false);
    expect(await find(id)).toMatchObject({ status: 'pending', error: null, progress: null, hash: null });
    expect((await files.findTexts([id])).get(id)).toBe('edited');
    expect(await processing.complete(id, { ...DONE, text: 'edited' }, next)).toBe(true);
  });

  it('has the error at once with the failure, and the text that was found', async () => {
    const { id } = await pending();
    await processing.report(id, { stage: 'extracting', done: 1, total: null });
    await processing.fail(id, 'It is broken', { text: ' ', hash: 'blank' });
    expect(await find(id)).toMatchObject({ status: 'failed', error: 'It is broken', progress: null, hash: 'blank' });
    await processing.restart(id);
    expect(await find(id)).toMatchObject({ status: 'pending', error: null });
  });

  it('reports of a deleted file change nothing', async () => {
    const { id } = await pending();
    await app.get(FilesService).remove(id);
    expect(await processing.complete(id, DONE)).toBe(false);
    expect(await processing.fail(id, 'x')).toBe(false);
    await expect(processing.restart(id)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('wakes all who wait, with one statement for many', async () => {
    const { id } = await pending();
    const others = [await pending(), await pending()];
    const count = 500;
    const statements = await queriesOf(app.get(DataSource), async () => {
      const waits = Array.from({ length: count }, () => processing.whenDone(id, never()));
      for (const other of others) waits.push(processing.whenDone(other.id, never()));
      await processing.complete(id, DONE);
      for (const other of others) await processing.fail(other.id, 'broken');
      const done = await Promise.all(waits);
      expect(done.filter(({ status }) => status === 'completed')).toHaveLength(count);
      expect(done.filter(({ status }) => status === 'failed')).toHaveLength(2);
    });
    expect(statements.length).toBeLessThan(40);
    expect(listeners()).toBe(0);
  });

  it('ends the wait for a deleted file, and that of a client that is gone', async () => {
    const { id } = await pending();
    const client = new AbortController();
    const waits = [processing.whenDone(id, never()), processing.whenDone(id, client.signal)];
    const outcomes = Promise.allSettled(waits);
    client.abort(new Error('gone'));
    await expect(waits[1]).rejects.toThrow('gone');
    await app.get(FilesService).remove(id);
    app.get(FileStatusService).refresh();
    expect((await outcomes)[0]).toMatchObject({ status: 'rejected', reason: expect.any(NotFoundError) as Error });
    expect(listeners()).toBe(0);
  });

  it('gives up after a while, and the processing goes on', async () => {
    const { id } = await pending();
    expect(await processing.settled(id, never(), 1)).toBeNull();
    expect((await find(id)).status).toBe('pending');
  });

  it('skips states for a slow reader', async () => {
    const { id } = await pending();
    const states: (StoredFile | null)[] = [];
    for await (const file of app.get(FileStatusService).states(id, never())) {
      states.push(file);
      if (states.length === 1)
        for (let done = 1; done <= 50; done++) await processing.report(id, { stage: 'embedding', done, total: 50 });
      if (file?.progress?.done === 50) break;
    }
    expect(states.length).toBeLessThan(50);
    expect(listeners()).toBe(0);
  });

  const listeners = () => (app.get(FileStatusService) as unknown as { listeners: Map<string, unknown> }).listeners.size;
});

describe('FilesService', () => {
  let app: TestApp;
  let users: TestUser[];

  beforeAll(async () => {
    app = await startTestApp();
    users = [await asUser(app), await asUser(app), await asUser(app, 'admin')];
  });
  afterAll(() => app.close());

  const principalOf = ({ id, role, name, email }: TestUser): Principal =>
    ({ id, role, name, email, groupIds: [] }) as unknown as Principal;

  it('loads what a principal may have, in the order that was asked for', async () => {
    const [ann, bob, admin] = users as [TestUser, TestUser, TestUser];
    const [one, two, other] = [await createFile(app, ann), await createFile(app, ann), await createFile(app, bob)];
    const load = async (user: TestUser, ids: string[]) =>
      (await app.get(FilesService).findAllFor(principalOf(user), 'read', ids)).map(({ id }) => id);
    expect(await load(ann, [two, 'nope', other, one, two])).toEqual([two, one]);
    expect(await load(bob, [one, two])).toEqual([]);
    expect(await load(admin, [one, other])).toEqual([one, other]);
    expect(await load(ann, [])).toEqual([]);
  });

  it('takes the same number of statements for any number of files', async () => {
    const [ann, bob] = users as [TestUser, TestUser];
    const ids = await Promise.all(Array.from({ length: 10 }, () => createFile(app, bob)));
    const count = async (asked: string[]) => {
      const load = () => app.get(FilesService).findAllFor(principalOf(ann), 'read', asked);
      return (await queriesOf(app.get(DataSource), load)).length;
    };
    expect(await count(ids)).toBe(await count(ids.slice(0, 1)));
  });
});
