import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Database } from '../../../src/platform/database/database';
import { DatabaseModule } from '../../../src/platform/database/database.module';
import { Transaction } from '../../../src/platform/database/transaction';
import { Env } from '../../../src/platform/env/env';
import { EnvModule } from '../../../src/platform/env/env.module';
import { ClusterBus, OnAnnouncement, OnReconnect } from '../../../src/platform/events/cluster-bus';
import { EventBus, OnEvent } from '../../../src/platform/events/event-bus';
import { EventsModule } from '../../../src/platform/events/events.module';
import { JobsModule } from '../../../src/platform/jobs/jobs.module';
import { JobHandler, type JobKind } from '../../../src/platform/jobs/job-kind';
import { JobsService } from '../../../src/platform/jobs/jobs.service';
import { createTestDatabase, type TestDatabase } from '../../support/database';

class Happened {
  constructor(readonly what: string) {}
}

const SAMPLE: JobKind<{ n: number }> = { name: 'sample' };

/** Keeps what each kind of handler is called with. */
@Injectable()
class Handlers {
  readonly events: string[] = [];
  readonly announcements: unknown[] = [];
  readonly jobs: number[] = [];
  readonly calls = new EventEmitter();

  @OnEvent(Happened)
  keepEvent({ what }: Happened): void {
    this.events.push(what);
  }

  @OnAnnouncement('topic')
  keepAnnouncement(message: unknown): void {
    this.announcements.push(message);
    this.calls.emit('announcement', message);
  }

  @OnReconnect()
  reconnect(): void {
    this.calls.emit('reconnect');
  }

  @JobHandler(SAMPLE)
  async work({ n }: { n: number }): Promise<void> {
    this.jobs.push(n);
    this.calls.emit('job', n);
  }
}

/** Resolves with the first value that is emitted and wanted. */
const once = (
  calls: EventEmitter,
  name: string,
  isWanted: (value: unknown) => boolean = () => true,
): Promise<unknown> =>
  new Promise((resolve) =>
    calls.on(name, (value: unknown) => {
      if (isWanted(value)) resolve(value);
    }),
  );

describe('transactions, events and jobs', () => {
  let database: TestDatabase;
  const nodes: TestingModule[] = [];

  async function startNode(): Promise<TestingModule> {
    const node = await Test.createTestingModule({
      imports: [EnvModule, DatabaseModule, EventsModule, JobsModule],
      // Under two tokens: it is called once all the same.
      providers: [Handlers, { provide: 'alias', useExisting: Handlers }],
    })
      .overrideProvider(Env)
      .useValue(new Env({ NODE_ENV: 'test', DATABASE_URL: database.url }))
      .compile();
    nodes.push(await node.init());
    return node;
  }

  beforeEach(async () => (database = await createTestDatabase()));
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.close();
    await database.drop();
  });

  const fail = () => Promise.reject(new Error('rolled back'));

  it('publishes events after the commit and drops those of a rollback', async () => {
    const node = await startNode();
    const { events: seen } = node.get(Handlers);
    const transaction = node.get(Transaction);
    await expect(
      transaction.run(async () => {
        node.get(EventBus).publish(new Happened('never'));
        await fail();
      }),
    ).rejects.toThrow('rolled back');
    await transaction.run(async () => {
      node.get(EventBus).publish(new Happened('outer'));
      await transaction.run(async () => node.get(EventBus).publish(new Happened('nested')));
      expect(seen).toEqual([]);
    });
    await new Promise(setImmediate);
    expect(seen).toEqual(['outer', 'nested']);
  });

  it('lets nested transactions join the outer one', async () => {
    const node = await startNode();
    const put = (section: string) =>
      node.get(Database).query(`INSERT INTO setting VALUES ($1, 'k', '1', 0)`, [section]);
    const transaction = node.get(Transaction);
    await expect(
      transaction.run(async () => {
        await transaction.run(() => put('inner'));
        await fail();
      }),
    ).rejects.toThrow('rolled back');
    expect(await node.get(Database).query('SELECT 1 FROM setting')).toEqual([]);
  });

  it('announces to every node, in order, and only what was committed', async () => {
    const [one, two] = [await startNode(), await startNode()];
    const { calls, announcements } = two.get(Handlers);
    await one.get(ClusterBus).publish('topic', { n: 1 });
    await expect(
      one.get(Transaction).run(async () => {
        await one.get(ClusterBus).publish('topic', 'never');
        await fail();
      }),
    ).rejects.toThrow('rolled back');
    const last = once(calls, 'announcement', (message) => message === 'last');
    await one.get(ClusterBus).publish('topic', 'last');
    await last;
    expect(announcements).toEqual([{ n: 1 }, 'last']);
  });

  it('listens again after its connection was cut', async () => {
    const node = await startNode();
    const bus = node.get(ClusterBus);
    const { calls } = node.get(Handlers);
    const reconnected = once(calls, 'reconnect');
    const received = once(calls, 'announcement');
    await node
      .get(Database)
      .query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
      );
    await reconnected;
    await bus.publish('topic', 'again');
    expect(await received).toBe('again');
  });

  it('refuses an announcement that NOTIFY cannot carry', async () => {
    const node = await startNode();
    await expect(node.get(ClusterBus).publish('topic', 'x'.repeat(8000))).rejects.toThrow(RangeError);
  });

  it('runs a job exactly if its transaction commits', async () => {
    const node = await startNode();
    const { calls, jobs: seen } = node.get(Handlers);
    const done = once(calls, 'job', (n) => n === 2);
    const enqueue = (n: number) => node.get(JobsService).enqueue(SAMPLE, { n });
    const transaction = node.get(Transaction);
    await expect(transaction.run(() => enqueue(1).then(fail))).rejects.toThrow('rolled back');
    await transaction.run(() => enqueue(2));
    await done;
    expect(seen).toEqual([2]);
  });
});
