import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { TooManyRequestsError, UnavailableError } from '../../../common/errors/app-error';
import { sleep } from '../../../common/util/time';
import { Env } from '../../../platform/env/env';
import { CompletionsSettings } from '../completions.settings';

/** The reply was stopped by a user. */
export class ReplyStoppedError extends Error {
  constructor() {
    super('Stopped');
  }
}

/** The server stops before the reply is complete. */
export class ServerStoppingError extends UnavailableError {
  constructor() {
    super('The server was stopped before the reply was complete');
  }
}

/** Milliseconds for aborted replies to store their text. */
const STORE_TIMEOUT = 5000;
const RETRY_AFTER = 5;
/** Events of all replies of this process over sockets. */
const MAX_EVENTS_PER_SECOND = 10_000;

/** A reply that this process generates. */
export class RunningReply {
  /** `waiting` until the model has started to respond. */
  phase: 'waiting' | 'streaming' = 'waiting';
  readonly ended: Promise<void>;
  /** Call it when all work for the reply has ended, including the last save. */
  end: () => void;
  private readonly controller = new AbortController();

  constructor(
    readonly userId: string,
    /** Undefined when the reply is the response of its request. */
    readonly taskId?: string,
    readonly chatId?: string,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  abort(reason: Error): void {
    this.controller.abort(reason);
  }
}

/** All replies of this process: limits them per user, finds them by task, and ends them at shutdown. */
@Injectable()
export class RunningReplies implements BeforeApplicationShutdown {
  private readonly byUser = new Map<string, Set<RunningReply>>();
  private readonly byTask = new Map<string, RunningReply>();
  private count = 0;
  private draining: Promise<void> | undefined;

  constructor(
    private readonly settings: CompletionsSettings,
    private readonly env: Env,
  ) {}

  get size(): number {
    return this.count;
  }

  /** The least milliseconds between two events of one reply, which bounds the events of the process. */
  get eventInterval(): number {
    return (this.count * 1000) / MAX_EVENTS_PER_SECOND;
  }

  /** @throws TooManyRequestsError beyond the limit of the user, UnavailableError during a shutdown. */
  add(reply: RunningReply): void {
    if (this.draining) throw new UnavailableError('The server is shutting down');
    const own = this.byUser.get(reply.userId) ?? new Set();
    if (own.size >= this.settings.max_running_per_user) throw new TooManyRequestsError(RETRY_AFTER);
    this.byUser.set(reply.userId, own.add(reply));
    if (reply.taskId !== undefined) this.byTask.set(reply.taskId, reply);
    this.count++;
    void reply.ended.then(() => this.remove(reply));
  }

  findTask(taskId: string): RunningReply | undefined {
    return this.byTask.get(taskId);
  }

  ofUser(userId: string): RunningReply[] {
    return [...(this.byUser.get(userId) ?? [])];
  }

  /**
   * Refuses new replies. Running ones get the grace period to finish; then they store their text and notify their
   * clients. Call it before connections are closed. Idempotent.
   */
  drain(): Promise<void> {
    this.draining ??= this.endAll();
    return this.draining;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.drain();
  }

  private async endAll(): Promise<void> {
    await this.allEnded(this.env.shutdownGrace);
    for (const reply of this.all()) reply.abort(new ServerStoppingError());
    await this.allEnded(STORE_TIMEOUT);
  }

  private all(): RunningReply[] {
    return [...this.byUser.values()].flatMap((replies) => [...replies]);
  }

  private remove(reply: RunningReply): void {
    const own = this.byUser.get(reply.userId);
    if (own?.delete(reply)) this.count--;
    if (reply.taskId !== undefined) this.byTask.delete(reply.taskId);
    if (own?.size === 0) this.byUser.delete(reply.userId);
  }

  private async allEnded(timeout: number): Promise<void> {
    const waiting = new AbortController();
    await Promise.race([Promise.all(this.all().map(({ ended }) => ended)), sleep(timeout, waiting.signal)]);
    waiting.abort();
  }
}
