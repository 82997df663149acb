import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { TooManyRequestsError, UnavailableError } from '../../common/errors/app-error';
import { sleep } from '../../common/util/time';
import { Env } from '../../platform/env/env';
import { CompletionsSettings } from './completions.settings';

/** Somebody does not want the rest of the reply. */
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

/** Milliseconds in which aborted replies store what they have. */
const STORE_TIMEOUT = 5000;
const RETRY_AFTER = 5;

/** A reply that this process generates. */
export class RunningReply {
  /** `waiting` until the model has begun to answer. */
  phase: 'waiting' | 'streaming' = 'waiting';
  readonly ended: Promise<void>;
  /** To be called when nothing of it runs any more, its last save included. */
  end: () => void;
  private readonly controller = new AbortController();

  constructor(
    readonly userId: string,
    /** The id of its task; a reply that answers its request directly has none. */
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

/** All replies of this process: bounds how many a user has, finds them to be stopped, and ends them at shutdown. */
@Injectable()
export class RunningReplies implements BeforeApplicationShutdown {
  private readonly byUser = new Map<string, Set<RunningReply>>();
  private draining: Promise<void> | undefined;

  constructor(
    private readonly settings: CompletionsSettings,
    private readonly env: Env,
  ) {}

  get size(): number {
    return this.all().length;
  }

  /** @throws TooManyRequestsError beyond the limit of the user, UnavailableError during a shutdown. */
  add(reply: RunningReply): void {
    if (this.draining) throw new UnavailableError('The server is shutting down');
    const own = this.byUser.get(reply.userId) ?? new Set();
    if (own.size >= this.settings.max_running_per_user) throw new TooManyRequestsError(RETRY_AFTER);
    this.byUser.set(reply.userId, own.add(reply));
    void reply.ended.then(() => this.remove(reply));
  }

  findTask(taskId: string): RunningReply | undefined {
    return this.all().find((reply) => reply.taskId === taskId);
  }

  ofUser(userId: string): RunningReply[] {
    return [...(this.byUser.get(userId) ?? [])];
  }

  /**
   * Begins no reply any more. Running ones get the grace period to finish; then they tell their clients, and store what
   * they have. To be called before connections are closed; every call has the same effect as the first.
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
    own?.delete(reply);
    if (own?.size === 0) this.byUser.delete(reply.userId);
  }

  private async allEnded(timeout: number): Promise<void> {
    const waiting = new AbortController();
    await Promise.race([Promise.all(this.all().map(({ ended }) => ended)), sleep(timeout, waiting.signal)]);
    waiting.abort();
  }
}
