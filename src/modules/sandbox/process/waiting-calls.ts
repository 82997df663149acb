import type { LanguageRuntime } from './language-runtime';
import type { PoolEntry } from './pool-entry';
import { sandboxError } from './sandbox-process';

/** A call that waits for a process. */
export interface Ticket {
  runtime: LanguageRuntime;
  /** The source that the process is for; undefined: a process of its own, used once. */
  key: string | undefined;
  /** Id of the user; empty for calls of the server itself. */
  owner: string;
  /** No process is started for it before: one of the same source may be about to come free. */
  notBefore: number;
  take(entry: PoolEntry): void;
  fail(error: Error): void;
}

/** How the pool is used. */
export interface PoolState {
  /** Processes that run calls of the owner. */
  usedBy(owner: string): number;
  /** Processes of the language that the limits allow. */
  capacity(runtime: LanguageRuntime): number;
}

const MAX_WAITING = 2000;
const MAX_WAITING_OF_OWNER = 200;
/** Share of the pool that one owner may use. */
const OWNER_SHARE = 0.75;

/**
 * The calls that wait for a process. Owners take turns: first those that use the fewest processes. None uses the whole
 * pool, so that a call of another one never waits for all calls of the first.
 */
export class WaitingCalls {
  private readonly tickets: Ticket[] = [];

  constructor(private readonly pool: PoolState) {}

  get all(): readonly Ticket[] {
    return this.tickets;
  }

  /** @throws SandboxError `busy` for too many. */
  add(ticket: Ticket): void {
    const own = this.tickets.filter(({ owner }) => owner === ticket.owner).length;
    if (this.tickets.length >= MAX_WAITING || own >= MAX_WAITING_OF_OWNER) throw sandboxError('busy');
    this.tickets.push(ticket);
  }

  remove(ticket: Ticket): void {
    const index = this.tickets.indexOf(ticket);
    if (index >= 0) this.tickets.splice(index, 1);
  }

  failAll(error: Error, runtime?: LanguageRuntime): void {
    for (const ticket of [...this.tickets]) if (!runtime || ticket.runtime === runtime) ticket.fail(error);
  }

  /** Those that may use a further process, in the order in which they get one. */
  inTurn(): Ticket[] {
    return this.tickets
      .map((ticket) => ({ ticket, used: this.pool.usedBy(ticket.owner) }))
      .filter(({ ticket, used }) => used < this.bound(ticket.runtime))
      .sort((one, other) => one.used - other.used)
      .map(({ ticket }) => ticket);
  }

  /** The number of processes that the calls of a language have use for now. */
  countDue(runtime: LanguageRuntime): number {
    const now = Date.now();
    const due = new Map<string, number>();
    for (const { owner, notBefore, runtime: own } of this.tickets)
      if (own === runtime && notBefore <= now) due.set(owner, (due.get(owner) ?? 0) + 1);
    const counts = [...due].map(([owner, count]) =>
      Math.min(count, Math.max(0, this.bound(runtime) - this.pool.usedBy(owner))),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  private bound(runtime: LanguageRuntime): number {
    return Math.max(1, Math.floor(this.pool.capacity(runtime) * OWNER_SHARE));
  }
}
