/** @services */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Client } from 'pg';
import { Database } from '../../../src/platform/database/database';
import { DatabaseModule } from '../../../src/platform/database/database.module';
import { Env } from '../../../src/platform/env/env';
import { EnvModule } from '../../../src/platform/env/env.module';
import { NODE_LOCK } from '../../../src/platform/events/cluster-bus';
import { EventsModule } from '../../../src/platform/events/events.module';
import {
  JobHandler,
  OnJobFailed,
  PermanentJobError,
  type JobContext,
  type JobKind,
} from '../../../src/platform/jobs/job-kind';
import { JobsModule } from '../../../src/platform/jobs/jobs.module';
import { JobsService } from '../../../src/platform/jobs/jobs.service';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { deferred, type Deferred } from '../../support/deferred';

interface Payload {
  id: string;
  group: string;
  name: string;
}

const KIND: JobKind<Payload> = {
  name: 'sample',
  retries: 1,
  groupOf: ({ group }) => group,
  idOf: ({ id }) => id,
};

interface Run extends JobContext, Deferred<void> {
  name: string;
}

/** Lets the test end each run, and wait for it. */
@Injectable()
class Handlers {
  readonly runs: Run[] = [];
  readonly failures: { name: string; error: string }[] = [];
  private waiting: (() => void)[] = [];

  @JobHandler(KIND)
  async run({ name }: Payload, context: JobContext): Promise<void> {
    const run = { ...deferred<void>(), ...context, name };
    context.signal.addEventListener('abort', () => run.reject(context.signal.reason));
    this.runs.push(run);
    this.notify();
    await run.promise;
  }

  @OnJobFailed(KIND)
  fail({ name }: Payload, error: unknown): void {
    this.failures.push({ name, error: error instanceof Error ? error.message : String(error) });
    this.notify();
  }

  async until(isMet: () => boolean): Promise<void> {
    while (!isMet()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** The run of that number, from 1. */
  async get(count: number): Promise<Run> {
    await this.until(() => this.runs.length >= count);
    return this.runs[count - 1]!;
  }

  private notify(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

describe('jobs', () => {
  let database: TestDatabase;
  const nodes: TestingModule[] = [];

  async function startNode(concurrency = 1) {
    const node = await Test.createTestingModule({
      imports: [EnvModule, DatabaseModule, EventsModule, JobsModule],
      providers: [Handlers],
    })
      .overrideProvider(Env)
      .useValue(new Env({ NODE_ENV: 'test', DATABASE_URL: database.url }))
      .compile();
    node.get(JobsService).setConcurrency(KIND, () => concurrency);
    nodes.push(await node.init());
    return { node, handlers: node.get(Handlers), jobs: node.get(JobsService), close: () => close(node) };
  }
  const close = async (node: TestingModule) => {
    nodes.splice(nodes.indexOf(node), 1);
    await node.close();
  };
  const job = (name: string, group = 'a', id = randomUUID()): Payload => ({ id, group, name });
  const query = <T>(sql: string) => nodes[0]!.get(Database).query<T>(sql);
  const states = async () => (await query<{ state: string }>('SELECT state FROM job.job')).map(({ state }) => state);
  const expireLeases = () =>
    query(
      `WITH x AS (UPDATE job.job SET start_after = now() WHERE state = 'active' RETURNING 1) SELECT count(*) FROM x`,
    );

  beforeEach(async () => (database = await createTestDatabase()));
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.close();
    await database.drop();
  });

  it('lets groups take turns', async () => {
    const { handlers, jobs } = await startNode();
    await jobs.enqueueAll(
      KIND,
      [1, 2, 3].map((n) => job(`a${n}`)),
    );
    const first = await handlers.get(1);
    await jobs.enqueueAll(KIND, [job('b1', 'b'), job('b2', 'b'), job('c1', 'c')]);
    first.resolve();
    for (let count = 2; count <= 6; count++) (await handlers.get(count)).resolve();
    const groups = handlers.runs.map(({ name }) => name[0]);
    expect(groups.slice(0, 3).sort()).toEqual(['a', 'b', 'c']);
    expect(groups.slice(3)).toEqual(['a', 'b', 'a']);
  });

  it('leaves a worker to other groups', async () => {
    const { handlers, jobs } = await startNode(3);
    await jobs.enqueueAll(
      KIND,
      [1, 2, 3, 4].map((n) => job(`a${n}`)),
    );
    await handlers.get(2);
    await jobs.enqueue(KIND, job('b1', 'b'));
    expect((await handlers.get(3)).name).toBe('b1');
    for (const run of [...handlers.runs]) run.resolve();
    for (let count = 4; count <= 5; count++) (await handlers.get(count)).resolve();
  });

  it('retries a failed job, and reports the last failure once', async () => {
    const { handlers, jobs } = await startNode();
    await jobs.enqueue(KIND, job('flaky'));
    (await handlers.get(1)).reject(new Error('first'));
    const second = await handlers.get(2);
    expect(second.attempt).toBe(2);
    second.reject(new Error('second'));
    await handlers.until(() => handlers.failures.length > 0);
    expect(handlers.failures).toEqual([{ name: 'flaky', error: 'second' }]);
  });

  it('does not retry a permanent failure, and goes on with the next job', async () => {
    const { handlers, jobs } = await startNode();
    await jobs.enqueueAll(KIND, [job('broken'), job('next')]);
    (await handlers.get(1)).reject(new PermanentJobError('unreadable'));
    (await handlers.get(2)).resolve();
    expect(handlers.failures).toEqual([{ name: handlers.runs[0]!.name, error: 'unreadable' }]);
  });

  it('hands the jobs of a dead node to another one, and drops what the dead one still writes', async () => {
    const one = await startNode();
    await one.jobs.enqueue(KIND, job('long'));
    const lost = await one.handlers.get(1);
    // Its loop is busy, so only the other node looks for jobs.
    const two = await startNode();
    await expireLeases();
    const taken = await two.handlers.get(1);
    expect(taken.attempt).toBe(2);
    lost.resolve();
    await one.jobs.enqueue(KIND, job('after'));
    const after = await one.handlers.get(2);
    expect(await states()).toEqual(['active', 'active']);
    taken.resolve();
    after.resolve();
    expect(one.handlers.failures).toEqual([]);
  });

  describe('that a killed node was running', () => {
    let client: Client;

    beforeEach(async () => {
      client = new Client(database.url);
      await client.connect();
      const one = await startNode();
      await one.jobs.enqueue(KIND, job('killed'));
      await one.handlers.get(1);
      await one.close();
      await client.query(
        `UPDATE job.job SET state = 'active', started_on = now(), start_after = now() + interval '1 day'`,
      );
    });
    afterEach(() => client.end());

    it('are taken over at once by a node that starts alone', async () => {
      const again = await (await startNode()).handlers.get(1);
      expect([again.name, again.attempt]).toEqual(['killed', 2]);
      again.resolve();
    });

    it('keep their lease while another node is connected', async () => {
      await client.query('SELECT pg_advisory_lock_shared($1, 1)', [NODE_LOCK]);
      const { handlers, jobs } = await startNode();
      await jobs.enqueue(KIND, job('next'));
      const next = await handlers.get(1);
      expect(next.name).toBe('next');
      next.resolve();
      const { rows } = await client.query(
        `SELECT 1 FROM job.job WHERE data ->> 'name' = 'killed' AND start_after > now()`,
      );
      expect(rows).toHaveLength(1);
    });
  });

  it('fails a job that ends its process every time', async () => {
    const { handlers, jobs, close: end } = await startNode();
    const payload = job('bomb');
    await jobs.enqueue(KIND, payload);
    await handlers.get(1);
    await query(
      `WITH x AS (UPDATE job.job SET start_after = now(), retry_count = retry_limit RETURNING 1) SELECT count(*) FROM x`,
    );
    const other = await startNode();
    await other.handlers.until(() => other.handlers.failures.length > 0);
    expect(other.handlers.failures).toEqual([{ name: 'bomb', error: 'The job was interrupted too often' }]);
    expect(other.handlers.runs).toEqual([]);
    await end();
  });

  it('aborts a cancelled job on the node that runs it', async () => {
    const one = await startNode();
    const payload = job('cancelled');
    await one.jobs.enqueue(KIND, payload);
    const { signal } = await one.handlers.get(1);
    const two = await startNode();
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    await two.jobs.cancel(KIND, [payload.id]);
    await aborted;
    expect(await states()).toEqual([]);
    expect(one.handlers.failures).toEqual([]);
  });

  it('replaces the job with the same id, waiting or running', async () => {
    const { handlers, jobs } = await startNode(2);
    const id = randomUUID();
    await jobs.enqueue(KIND, job('old', 'a', id));
    const old = await handlers.get(1);
    await jobs.enqueue(KIND, job('new', 'a', id));
    await expect(old.promise).rejects.toThrow('job was');
    const second = await handlers.get(2);
    expect(second.name).toBe('new');
    second.resolve();
    await jobs.enqueue(KIND, job('last'));
    (await handlers.get(3)).resolve();
    expect(handlers.runs.map(({ name }) => name)).toEqual(['old', 'new', 'last']);
  });

  it('gives running jobs back on shutdown', async () => {
    const one = await startNode();
    await one.jobs.enqueue(KIND, job('interrupted'));
    await one.handlers.get(1);
    const two = await startNode();
    await one.close();
    const again = await two.handlers.get(1);
    expect(again.attempt).toBe(1);
    again.resolve();
  });
});
