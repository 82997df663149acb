import { Test, type TestingModule } from '@nestjs/testing';
import { Database } from '../../../src/platform/database/database';
import { DatabaseModule } from '../../../src/platform/database/database.module';
import { Transaction } from '../../../src/platform/database/transaction';
import { Env } from '../../../src/platform/env/env';
import { EnvModule } from '../../../src/platform/env/env.module';
import { ClusterBus } from '../../../src/platform/events/cluster-bus';
import { EventBus } from '../../../src/platform/events/event-bus';
import { EventsModule } from '../../../src/platform/events/events.module';
import { JobsModule } from '../../../src/platform/jobs/jobs.module';
import { JobsService } from '../../../src/platform/jobs/jobs.service';
import { createTestDatabase, type TestDatabase } from '../../support/database';

class Happened {
  constructor(readonly what: string) {}
}

describe('transactions, events and jobs', () => {
  let database: TestDatabase;
  const nodes: TestingModule[] = [];

  async function startNode(prepare: (node: TestingModule) => void = () => undefined): Promise<TestingModule> {
    const node = await Test.createTestingModule({ imports: [EnvModule, DatabaseModule, EventsModule, JobsModule] })
      .overrideProvider(Env)
      .useValue(new Env({ NODE_ENV: 'test', DATABASE_URL: database.url }))
      .compile();
    prepare(node);
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
    const seen: string[] = [];
    node.get(EventBus).subscribe(Happened, ({ what }) => void seen.push(what));
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
    const received: unknown[] = [];
    const done = new Promise<void>((resolve) =>
      two.get(ClusterBus).subscribe('topic', (message) => {
        received.push(message);
        if (message === 'last') resolve();
      }),
    );
    await one.get(ClusterBus).publish('topic', { n: 1 });
    await expect(
      one.get(Transaction).run(async () => {
        await one.get(ClusterBus).publish('topic', 'never');
        await fail();
      }),
    ).rejects.toThrow('rolled back');
    await one.get(ClusterBus).publish('topic', 'last');
    await done;
    expect(received).toEqual([{ n: 1 }, 'last']);
  });

  it('listens again after its connection was cut', async () => {
    const node = await startNode();
    const bus = node.get(ClusterBus);
    const reconnected = new Promise<void>((resolve) => bus.onReconnect(resolve));
    const received = new Promise((resolve) => bus.subscribe('topic', resolve));
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
    const kind = { name: 'sample' } as { name: string; payload?: { n: number } };
    const seen: number[] = [];
    let finish: () => void;
    const done = new Promise<void>((resolve) => (finish = resolve));
    const node = await startNode((prepared) =>
      prepared.get(JobsService).handle(kind, async ({ n }) => {
        seen.push(n);
        if (n === 2) finish();
      }),
    );
    const enqueue = (n: number) => node.get(JobsService).enqueue(kind, { n });
    const transaction = node.get(Transaction);
    await expect(transaction.run(() => enqueue(1).then(fail))).rejects.toThrow('rolled back');
    await transaction.run(() => enqueue(2));
    await done;
    expect(seen).toEqual([2]);
  });
});
