import { Logger } from '@nestjs/common';
import { sleep } from '../../common/util/time';
import { PermanentJobError, type JobContext, type JobKind } from './job-kind';
import type { HeldJob, JobQueue } from './job-queue';

export interface JobCalls {
  handle: (payload: object, context: JobContext) => unknown;
  /** Called before a job that failed for good is recorded as failed. */
  failed: (payload: object, error: unknown) => unknown;
  /** How many jobs this node runs at once; read before each fetch. */
  concurrency: () => number;
}

interface Run {
  job: HeldJob;
  control: AbortController;
  done: Promise<void>;
}

/** Milliseconds. */
const POLLING_INTERVAL = 2000;
const HEARTBEAT = 10_000;
/** Seconds. */
const MAX_RETRY_DELAY = 300;
/** As many groups as take turns exactly. */
const MAX_SERVED = 1000;
const SHUTDOWN = 'The node shuts down';

/** Runs the jobs of one kind on this node. */
export class JobWorker {
  private readonly logger = new Logger('JobsService');
  private readonly runs = new Map<string, Run>();
  private readonly closing = new AbortController();
  private served: string[] = [];
  private waiting = new AbortController();
  private loop: Promise<void> | undefined;
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    private readonly kind: JobKind,
    private readonly queue: JobQueue,
    private readonly calls: JobCalls,
  ) {}

  start(): void {
    this.loop = this.work();
    this.heartbeat = setInterval(() => void this.extendLeases(), HEARTBEAT).unref();
  }

  /** Looks for jobs now. */
  wake(): void {
    this.waiting.abort();
  }

  /** Ends the runs of jobs that were cancelled or replaced. The new run of a replaced job may have begun already. */
  async recheck(ids: readonly string[]): Promise<void> {
    if (ids.some((id) => this.runs.has(id))) await this.extendLeases();
  }

  /** Interrupts the running jobs and gives them back. */
  async stop(timeout: number): Promise<void> {
    this.closing.abort();
    this.wake();
    clearInterval(this.heartbeat);
    await this.loop;
    const runs = [...this.runs.values()];
    for (const { control } of runs) control.abort(new Error(SHUTDOWN));
    const finished = new AbortController();
    const all = Promise.all(runs.map(({ done }) => done)).finally(() => finished.abort());
    await Promise.race([all, sleep(timeout, finished.signal)]);
  }

  private async work(): Promise<void> {
    while (!this.closing.signal.aborted) {
      this.waiting = new AbortController();
      const isIdle = !(await this.startJobs());
      if (isIdle && !this.closing.signal.aborted) await sleep(POLLING_INTERVAL, this.waiting.signal);
    }
  }

  /** @returns false when nothing was started. */
  private async startJobs(): Promise<boolean> {
    try {
      const concurrency = Math.max(1, this.calls.concurrency());
      const limit = concurrency - this.runs.size;
      if (limit <= 0) return false;
      const wanted = { limit, served: this.served, full: this.fullGroups(concurrency) };
      const jobs = await this.queue.fetch(this.kind.name, wanted);
      for (const job of jobs) this.startJob(job);
      return jobs.length > 0;
    } catch (error) {
      this.logger.warn({ err: error }, `Jobs of ${this.kind.name} could not be fetched`);
      return false;
    }
  }

  /** One worker of several is left to the other groups. */
  private fullGroups(concurrency: number): string[] {
    const counts = new Map<string, number>();
    for (const { job } of this.runs.values())
      if (job.group !== null) counts.set(job.group, (counts.get(job.group) ?? 0) + 1);
    const most = Math.max(1, concurrency - 1);
    return [...counts].filter(([, count]) => count >= most).map(([group]) => group);
  }

  private startJob(job: HeldJob): void {
    const { group } = job;
    if (group !== null) this.served = [...this.served.filter((other) => other !== group), group].slice(-MAX_SERVED);
    const control = new AbortController();
    // A run that this node lost and did not end yet is not waited for.
    this.runs.get(job.id)?.control.abort(new Error('The job was started again'));
    const run: Run = { job, control, done: Promise.resolve() };
    this.runs.set(job.id, run);
    run.done = this.run(job, control.signal).finally(() => {
      if (this.runs.get(job.id) === run) this.runs.delete(job.id);
      this.wake();
    });
  }

  private async run(job: HeldJob, signal: AbortSignal): Promise<void> {
    const { name } = this.kind;
    try {
      // A job that ends its process every time reaches no handler of errors.
      if (job.retryCount > job.retryLimit) throw new PermanentJobError('The job was interrupted too often');
      const isLastAttempt = job.retryCount === job.retryLimit;
      await this.calls.handle(job.data, { signal, attempt: job.retryCount + 1, isLastAttempt });
      await this.queue.finish(name, job);
    } catch (error) {
      await this.settle(job, signal, error).catch((problem: unknown) =>
        this.logger.warn({ err: problem }, `The failure of a job of ${name} could not be stored: it is run again`),
      );
    }
  }

  private async settle(job: HeldJob, signal: AbortSignal, error: unknown): Promise<void> {
    const { name } = this.kind;
    // Without effect on a job that was cancelled or replaced. A stop that came late has ended the run of its successor.
    if (signal.aborted) return this.queue.release(name, job);
    const output = { message: error instanceof Error ? error.message : String(error) };
    if (!(error instanceof PermanentJobError) && job.retryCount < job.retryLimit) {
      const delay = Math.min(MAX_RETRY_DELAY, 2 ** job.retryCount) * (0.5 + Math.random() / 2);
      return this.queue.retry(name, job, delay, output);
    }
    await this.calls.failed(job.data, error);
    await this.queue.fail(name, job, output);
  }

  private async extendLeases(): Promise<void> {
    const runs = [...this.runs.values()];
    if (runs.length === 0) return;
    try {
      const held = await this.queue.extend(
        this.kind.name,
        runs.map(({ job }) => job),
      );
      for (const { job, control } of runs)
        if (!held.has(job.id)) control.abort(new Error('The job was cancelled, replaced or taken over'));
    } catch (error) {
      this.logger.warn({ err: error }, `The leases of jobs of ${this.kind.name} could not be extended`);
    }
  }
}
