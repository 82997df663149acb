import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import PgBoss from 'pg-boss';
import { Pool } from 'pg';
import { DatabaseConnection } from '../database/connection';
import { Database } from '../database/database';
import { Env } from '../env/env';

/** A kind of job: its name in the queue, and how often a failed one is tried again. */
export interface JobKind<T extends object> {
  readonly name: string;
  /** Never read: it ties the payload type to the name. */
  readonly payload?: T;
  readonly retries?: number;
}

interface Handler {
  kind: JobKind<object>;
  work: (payload: object) => Promise<void>;
  /** Cron expression (UTC) for jobs that nobody enqueues. */
  cron?: string;
}

/**
 * Durable background work in PostgreSQL (pg-boss). A job that is enqueued in a transaction exists exactly if that
 * commits, and survives a crash: it is delivered at least once, so handlers are idempotent.
 */
@Injectable()
export class JobsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobsService.name);
  private readonly handlers: Handler[] = [];
  private readonly workers = new Map<string, string>();
  private boss: PgBoss | undefined;
  private pool: Pool | undefined;
  private starting: Promise<void> | undefined;

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly database: Database,
    private readonly env: Env,
  ) {}

  /** Declares the handler of a kind of job; call it from `onModuleInit`. */
  handle<T extends object>(kind: JobKind<T>, work: (payload: T) => Promise<void>, cron?: string): void {
    this.handlers.push({ kind, work: work as Handler['work'], cron });
  }

  /** Inserts the job on the running transaction's connection, if there is one. */
  async enqueue<T extends object>(kind: JobKind<T>, payload: T): Promise<void> {
    await this.ready();
    const db = {
      executeSql: async (sql: string, values: unknown[]) => ({ rows: await this.database.query(sql, values) }),
    };
    await this.boss?.send(kind.name, payload, { db, retryLimit: kind.retries ?? 3, retryBackoff: true });
    this.nudge(kind.name);
  }

  /** Not awaited: the server answers requests before the queue is up. */
  onApplicationBootstrap(): void {
    this.ready().catch((error: unknown) => this.logger.error({ err: error }, 'The job queue did not start'));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.starting?.catch(() => undefined);
    await this.boss?.stop({ graceful: true, wait: true, timeout: 5000 });
    await this.pool?.end();
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
    this.boss = new PgBoss({ db, schema: schemaOf(this.env.databaseSchema) });
    this.boss.on('error', (error) => this.logger.warn(`Job queue: ${error.message}`));
    await this.boss.start();
    for (const handler of this.handlers) await this.work(this.boss, handler);
  }

  private async work(boss: PgBoss, { kind, work, cron }: Handler): Promise<void> {
    await boss.createQueue(kind.name);
    if (cron) await boss.schedule(kind.name, cron);
    const worker = await boss.work<object>(kind.name, { pollingIntervalSeconds: 2 }, async (jobs) => {
      for (const job of jobs) await work(job.data);
    });
    this.workers.set(kind.name, worker);
  }

  /** Polling would find the job within two seconds; after the commit the worker of this process looks at once. */
  private nudge(name: string): void {
    const worker = this.workers.get(name);
    if (worker) this.database.afterCommit(() => this.boss?.notifyWorker(worker));
  }
}

/** The queue has a schema of its own; installations that share a database share no queue. */
const schemaOf = (tables: string | undefined): string => (tables === undefined ? 'job' : `${tables}_job`);
