import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import PgBoss from 'pg-boss';
import { Pool } from 'pg';
import { DatabaseConnection } from '../database/connection';
import { Database } from '../database/database';
import { DeclarationsService, type DeclaredMethod } from '../discovery/declarations.service';
import { Env } from '../env/env';
import { ClusterBus, NODE_LOCK, OnAnnouncement } from '../events/cluster-bus';
import { Handles, HandlesFailure, type JobKind } from './job-kind';
import { JobQueue, type Execute } from './job-queue';
import { JobWorker } from './job-worker';

/** Jobs whose runs end, since they were cancelled or replaced. */
const STOP = 'jobs.stop';
/** As many ids as one announcement holds. */
const IDS_AT_ONCE = 150;
/** Advisory lock of the node that creates queues: "jobs" as a number. */
const QUEUES_LOCK = 0x6a6f6273;
/** Milliseconds that running jobs have to end on shutdown. */
const GRACE = 5000;

/**
 * Durable background work in PostgreSQL (pg-boss). A job that is enqueued in a transaction exists exactly if that
 * commits, and survives a crash: it is delivered at least once, so handlers are idempotent.
 */
@Injectable()
export class JobsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobsService.name);
  private readonly workers = new Map<string, JobWorker>();
  private readonly limits = new Map<string, () => number>();
  private readonly schema: string;
  private readonly queue: JobQueue;
  private boss: PgBoss | undefined;
  private pool: Pool | undefined;
  private starting: Promise<void> | undefined;

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly database: Database,
    private readonly env: Env,
    private readonly declarations: DeclarationsService,
    private readonly bus: ClusterBus,
  ) {
    this.schema = schemaOf(this.env.databaseSchema);
    this.queue = new JobQueue(this.schema, (sql, values) => this.executeOnPool(sql, values));
  }

  /** Inserts the job on the running transaction's connection, if there is one. */
  async enqueue<T extends object>(kind: JobKind<T>, payload: T): Promise<void> {
    await this.enqueueAll(kind, [payload]);
  }

  /** As `enqueue`, with a constant number of statements. */
  async enqueueAll<T extends object>(kind: JobKind<T>, payloads: readonly T[]): Promise<void> {
    if (payloads.length === 0) return;
    await this.ready();
    const { name, retries: retryLimit = 3 } = kind;
    const jobs = payloads.map((data) => ({
      ...{ name, data, retryLimit, singletonKey: kind.groupOf?.(data), id: kind.idOf?.(data) },
    }));
    if (kind.idOf) {
      const existing = jobs.flatMap(({ id, data }) => (id === undefined ? [] : [{ id, data }]));
      await this.announceStop(name, await this.queue.replace(name, existing, this.executeHere));
    }
    // Those that were replaced are skipped by their primary key.
    await this.boss?.insert(jobs, { db: this.bossDb });
    this.database.afterCommit(() => this.workers.get(name)?.wake());
  }

  /** Deletes waiting jobs, and aborts those that run, on whichever node. Part of the running transaction, if there is one. */
  async cancel<T extends object>(kind: JobKind<T>, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.ready();
    await this.queue.delete(kind.name, ids, this.executeHere);
    await this.announceStop(kind.name, ids);
  }

  /** How many jobs of the kind a node runs at once; 1 by default. Read before each job. */
  setConcurrency<T extends object>(kind: JobKind<T>, concurrency: () => number): void {
    this.limits.set(kind.name, concurrency);
  }

  /** Not awaited: the server answers requests before the queue is up. */
  onApplicationBootstrap(): void {
    this.ready().catch((error: unknown) => this.logger.error({ err: error }, 'The job queue did not start'));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.starting?.catch(() => undefined);
    await Promise.all([...this.workers.values()].map((worker) => worker.stop(GRACE)));
    await this.boss?.stop({ graceful: true, wait: true, timeout: GRACE });
    await this.pool?.end();
  }

  @OnAnnouncement(STOP)
  async stopRuns(message: unknown): Promise<void> {
    const { name, ids } = message as { name: string; ids: string[] };
    await this.workers.get(name)?.recheck(ids);
  }

  private readonly executeHere: Execute = (sql, values) => this.database.query(sql, values);

  private readonly bossDb = {
    executeSql: async (sql: string, values: unknown[]) => ({ rows: await this.database.query(sql, values) }),
  };

  private async announceStop(name: string, ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += IDS_AT_ONCE)
      await this.bus.publish(STOP, { name, ids: ids.slice(from, from + IDS_AT_ONCE) });
  }

  private async executeOnPool<T>(sql: string, values: unknown[]): Promise<T[]> {
    return ((await this.pool?.query(sql, values))?.rows ?? []) as T[];
  }

  private ready(): Promise<void> {
    this.starting ??= this.start();
    return this.starting;
  }

  private async start(): Promise<void> {
    const options = await this.connection.options();
    const pool = new Pool({ ...('url' in options ? { connectionString: options.url } : options), max: 2 });
    pool.on('error', (error) => this.logger.warn(`Queue connection lost: ${error.message}`));
    this.pool = pool;
    const db = { executeSql: (sql: string, values: unknown[]) => pool.query(sql, values) };
    this.boss = new PgBoss({ db, schema: this.schema });
    this.boss.on('error', (error) => this.logger.warn(`Job queue: ${error.message}`));
    await this.boss.start();
    const handlers = this.declarations.methods(Handles);
    await this.createQueues(
      pool,
      this.boss,
      handlers.map(({ declaration }) => declaration),
    );
    await this.queue.reclaim({ lock: NODE_LOCK, id: this.bus.nodeId });
    const failures = this.declarations.methods(HandlesFailure);
    for (const handler of handlers) this.work(handler, failures);
  }

  /** One node at a time: pg-boss creates a table for each queue, and two that do so end in a deadlock. */
  private async createQueues(pool: Pool, boss: PgBoss, kinds: readonly JobKind[]): Promise<void> {
    const client = await pool.connect();
    try {
      await client.query('SELECT pg_advisory_lock($1)', [QUEUES_LOCK]);
      for (const { name, schedule } of kinds) {
        await boss.createQueue(name);
        if (schedule !== undefined) await boss.schedule(name, schedule);
      }
      await client.query('SELECT pg_advisory_unlock($1)', [QUEUES_LOCK]);
      client.release();
    } catch (error) {
      // The lock ends with its connection.
      client.release(true);
      throw error;
    }
  }

  private work({ declaration: kind, call }: DeclaredMethod<JobKind>, failures: DeclaredMethod<JobKind>[]): void {
    const onFailure = failures.find(({ declaration }) => declaration.name === kind.name);
    const worker = new JobWorker(kind, this.queue, {
      handle: call,
      failed: (payload, error) => onFailure?.call(payload, error),
      concurrency: () => this.limits.get(kind.name)?.() ?? 1,
    });
    this.workers.set(kind.name, worker);
    worker.start();
  }
}

/** The queue has a schema of its own; installations that share a database share no queue. */
const schemaOf = (tables: string | undefined): string => (tables === undefined ? 'job' : `${tables}_job`);
