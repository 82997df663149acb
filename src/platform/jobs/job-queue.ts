/** Runs a statement: on a pool, or on the connection of the running transaction. */
export type Execute = <T>(sql: string, values: unknown[]) => Promise<T[]>;

/** A job that this node runs. */
export interface HeldJob {
  id: string;
  data: object;
  group: string | null;
  retryCount: number;
  retryLimit: number;
  /** Start of this run: what a node writes about a job has effect only while the job has this start. */
  startedOn: string;
}

/** Which jobs a node wants next. */
export interface Wanted {
  limit: number;
  /** Groups whose jobs this node started, least recently first: they come after all others. */
  served: readonly string[];
  /** Groups that hold as many workers of this node as they may. */
  full: readonly string[];
}

/** How long a node may be silent before its jobs go to another one. Seconds. */
const LEASE = 40;
const OWN = `name = $1 AND id = $2 AND state = 'active' AND started_on = $3::timestamptz`;

/**
 * The statements that run jobs, on the table of pg-boss, which still creates, schedules and archives them. Its own fetch
 * knows no turns, and has a fixed time after which a job counts as dead. Here an active job has a lease, stored in
 * `start_after`, that its node extends: when that passes, the job may be fetched again.
 */
export class JobQueue {
  constructor(
    private readonly schema: string,
    private readonly execute: Execute,
  ) {}

  /** Starts jobs: those of the group with the fewest running first, then of the group that waited longest. */
  fetch(name: string, { limit, served, full }: Wanted): Promise<HeldJob[]> {
    return this.execute<HeldJob>(
      `WITH due AS (
         SELECT DISTINCT ON (singleton_key) id, singleton_key, created_on FROM ${this.schema}.job
         WHERE name = $1 AND state <= 'active' AND start_after <= now()
           AND (singleton_key IS NULL OR singleton_key <> ALL ($4::text[]))
         ORDER BY singleton_key, priority DESC, created_on, id
       ), busy AS (
         SELECT singleton_key, count(*) AS jobs FROM ${this.schema}.job
         WHERE name = $1 AND state = 'active' AND start_after > now() GROUP BY singleton_key
       ), next AS (
         SELECT job.id FROM ${this.schema}.job AS job
         JOIN due ON due.id = job.id LEFT JOIN busy ON busy.singleton_key = due.singleton_key
         WHERE job.name = $1 AND job.state <= 'active' AND job.start_after <= now()
         ORDER BY coalesce(busy.jobs, 0), array_position($3::text[], due.singleton_key) NULLS FIRST, due.created_on, job.id
         LIMIT $2 FOR UPDATE OF job SKIP LOCKED
       )
       UPDATE ${this.schema}.job AS job
       SET state = 'active', started_on = now(), start_after = now() + $5::int * interval '1 second',
           expire_in = interval '1 year', retry_count = retry_count + (started_on IS NOT NULL)::int
       FROM next WHERE job.name = $1 AND job.id = next.id
       RETURNING job.id, job.data, job.singleton_key AS "group", job.retry_count AS "retryCount",
         job.retry_limit AS "retryLimit", job.started_on::text AS "startedOn"`,
      [name, limit, served, full, LEASE],
    );
  }

  /**
   * Ends the leases of all running jobs, unless another node is connected to the database: it may be the one that runs
   * them. `node` is the own one, by the advisory lock of living nodes.
   */
  async reclaim(node: { lock: number; id: number }): Promise<void> {
    await this.execute(
      `WITH reclaimed AS (
         UPDATE ${this.schema}.job SET start_after = now() WHERE state = 'active' AND NOT EXISTS (
           SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
             AND l.classid = $1::oid AND l.objid <> $2::oid
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
         RETURNING 1)
       SELECT count(*) FROM reclaimed`,
      [node.lock, node.id],
    );
  }

  /** Extends the leases. @returns the ids of the jobs that this node still holds. */
  async extend(name: string, jobs: readonly HeldJob[]): Promise<ReadonlySet<string>> {
    const rows = await this.execute<{ id: string }>(
      `UPDATE ${this.schema}.job AS job SET start_after = now() + $4::int * interval '1 second'
       FROM unnest($2::uuid[], $3::timestamptz[]) AS held (id, started_on)
       WHERE job.name = $1 AND job.id = held.id AND job.state = 'active' AND job.started_on = held.started_on
       RETURNING job.id`,
      [name, jobs.map(({ id }) => id), jobs.map(({ startedOn }) => startedOn), LEASE],
    );
    return new Set(rows.map(({ id }) => id));
  }

  async finish(name: string, job: HeldJob): Promise<void> {
    await this.execute(`DELETE FROM ${this.schema}.job WHERE ${OWN}`, [name, job.id, job.startedOn]);
  }

  /** @param delay seconds until the next attempt */
  async retry(name: string, job: HeldJob, delay: number, output: object): Promise<void> {
    await this.execute(
      `UPDATE ${this.schema}.job SET state = 'retry', start_after = now() + $4::float8 * interval '1 second', output = $5
       WHERE ${OWN}`,
      [name, job.id, job.startedOn, delay, output],
    );
  }

  async fail(name: string, job: HeldJob, output: object): Promise<void> {
    await this.execute(
      `UPDATE ${this.schema}.job SET state = 'failed', completed_on = now(), output = $4 WHERE ${OWN}`,
      [name, job.id, job.startedOn, output],
    );
  }

  /** Gives a job back whose run was interrupted by no fault of its own: it counts as never started. */
  async release(name: string, job: HeldJob): Promise<void> {
    await this.execute(
      `UPDATE ${this.schema}.job SET state = 'created', started_on = NULL, start_after = now() WHERE ${OWN}`,
      [name, job.id, job.startedOn],
    );
  }

  /** Starts existing jobs over with new data, in whichever state they are. @returns the ids of the existing ones. */
  async replace(name: string, jobs: readonly { id: string; data: object }[], execute: Execute): Promise<string[]> {
    const rows = await execute<{ id: string }>(
      `WITH replaced AS (
         UPDATE ${this.schema}.job AS job SET state = 'created', data = wanted.data, started_on = NULL, retry_count = 0,
           start_after = now(), created_on = now(), completed_on = NULL, output = NULL
         FROM jsonb_to_recordset($2::jsonb) AS wanted (id uuid, data jsonb)
         WHERE job.name = $1 AND job.id = wanted.id RETURNING job.id
       ) SELECT id FROM replaced`,
      [name, JSON.stringify(jobs)],
    );
    return rows.map(({ id }) => id);
  }

  async delete(name: string, ids: readonly string[], execute: Execute): Promise<void> {
    await execute(
      `WITH deleted AS (DELETE FROM ${this.schema}.job WHERE name = $1 AND id = ANY ($2::uuid[]) RETURNING 1)
       SELECT count(*) FROM deleted`,
      [name, ids],
    );
  }
}
