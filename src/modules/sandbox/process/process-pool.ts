import { availableParallelism } from 'node:os';
import type { SandboxSettings } from '../sandbox.settings';
import type { LanguageRuntime } from './language-runtime';
import { PoolEntry } from './pool-entry';
import { sandboxError, type SandboxProcess } from './sandbox-process';
import { usageOf } from './process-usage';
import { WaitingCalls, type Ticket } from './waiting-calls';
import type { Watchdog } from './watchdog';

/** Who needs a process, and for what. */
export interface Need {
  runtime: LanguageRuntime;
  /** See Ticket. */
  key: string | undefined;
  owner: string | undefined;
}

/** A process that a call may use until `release()`. */
export interface Lease {
  process: SandboxProcess;
  /** Loads what the source needs, once for each process. */
  entry: PoolEntry;
  release(): void;
}

export interface PoolUsage {
  processes: number;
  megabytes: number;
  limitMegabytes: number;
}

/** Calls of one source that may share a process while none of them occupies it. */
const MAX_SHARED = 20;
/** After so many calls a process is replaced: memory fragments. */
const MAX_CALLS = 500;
/** Milliseconds in which a process that is in use shows that it can take another call. */
const PATIENCE = 25;
const GUARD_INTERVAL = 200;
const MEGABYTE = 1_048_576;

/**
 * Processes of all languages. One that has run a source runs that source only, or ends; unused ones wait for the next
 * source. Calls of a source share a process as long as it remains responsive; when code occupies it, others are used.
 */
export class ProcessPool {
  private readonly entries = new Set<PoolEntry>();
  private readonly waiting = new WaitingCalls({
    usedBy: (owner) => [...this.entries].filter((entry) => entry.isUsedBy(owner)).length,
    capacity: (runtime) => this.capacity(runtime),
  });
  private readonly failures = new Map<string, number>();
  private guard: NodeJS.Timeout | undefined;
  private isClosed = false;
  private peak = 0;

  constructor(
    private readonly settings: SandboxSettings,
    private readonly directory: () => Promise<string>,
    private readonly watchdog: Watchdog,
    private readonly onPeak: (usage: PoolUsage) => void = () => undefined,
  ) {}

  get usage(): PoolUsage {
    return {
      processes: this.entries.size,
      megabytes: Math.round(this.memory() / MEGABYTE),
      limitMegabytes: this.settings.max_memory_mb,
    };
  }

  /** @throws SandboxError `busy`; the reason of the signal. */
  async acquire({ runtime, key, owner = '' }: Need, signal: AbortSignal): Promise<Lease> {
    signal.throwIfAborted();
    const entry = await this.wait({ runtime, key, owner }, signal);
    return { process: entry.process, entry, release: () => this.release(entry, owner) };
  }

  /** Starts what is missing of the spare processes. */
  warm(runtime: LanguageRuntime): void {
    this.grow(runtime);
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.guard);
    this.waiting.failAll(sandboxError('crash'));
    for (const entry of this.entries) entry.close();
  }

  private wait(need: Pick<Ticket, 'runtime' | 'key' | 'owner'>, signal: AbortSignal): Promise<PoolEntry> {
    const { runtime, key } = need;
    return new Promise<PoolEntry>((resolve, reject) => {
      const leave = () => {
        clearTimeout(limit);
        signal.removeEventListener('abort', abort);
        this.waiting.remove(ticket);
      };
      const abort = () => ticket.fail(signal.reason as Error);
      const limit = setTimeout(() => ticket.fail(sandboxError('busy')), this.settings.queue_seconds * 1000);
      const isShared = key !== undefined && this.bound(key).some((entry) => !entry.isProbed);
      const ticket: Ticket = {
        ...{ ...need, notBefore: isShared ? Date.now() + PATIENCE : 0 },
        take: (entry) => {
          leave();
          resolve(entry);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.admit(ticket);
      this.match();
      if (isShared) setTimeout(() => this.grow(runtime), PATIENCE + 1);
    });
  }

  private admit(ticket: Ticket): void {
    try {
      this.waiting.add(ticket);
    } catch (error) {
      ticket.fail(error as Error);
    }
  }

  /** Gives processes to those who wait, in turn, and starts further ones. */
  private match(): void {
    for (let next = this.next(); next; next = this.next()) this.give(next.ticket, next.entry);
    for (const entry of this.entries) this.probe(entry);
    for (const runtime of new Set(this.waiting.all.map((ticket) => ticket.runtime))) this.grow(runtime);
  }

  private next(): { ticket: Ticket; entry: PoolEntry } | undefined {
    for (const ticket of this.waiting.inTurn()) {
      const entry = this.find(ticket);
      if (entry) return { ticket, entry };
    }
    return undefined;
  }

  private give(ticket: Ticket, entry: PoolEntry): void {
    entry.take(ticket.key, ticket.owner);
    ticket.take(entry);
    if (entry.isNew) this.grow(ticket.runtime);
  }

  private find({ runtime, key }: Ticket): PoolEntry | undefined {
    const own = key === undefined ? undefined : this.bound(key).find((entry) => entry.isFree);
    return own ?? [...this.entries].find((entry) => entry.runtime === runtime && entry.isSpare);
  }

  private bound(key: string): PoolEntry[] {
    return [...this.entries].filter((entry) => entry.key === key && entry.isUsable);
  }

  /** A process in use takes a further call when it turns out to be responsive. */
  private probe(entry: PoolEntry): void {
    const { key } = entry;
    if (!entry.isUsable || key === undefined || entry.calls === 0 || entry.isProbed || entry.calls >= MAX_SHARED)
      return;
    if (!this.waiting.all.some((ticket) => ticket.key === key)) return;
    entry.isProbed = true;
    entry.process.probe(() => {
      entry.isProbed = false;
      const ticket = this.waiting.all.find((each) => each.key === key);
      if (ticket && entry.isUsable && entry.calls < MAX_SHARED) this.give(ticket, entry);
      this.probe(entry);
    });
  }

  private grow(runtime: LanguageRuntime): void {
    const due = this.waiting.countDue(runtime);
    const own = [...this.entries].filter((entry) => entry.runtime === runtime);
    const coming = own.filter((entry) => !entry.isOpen || entry.isSpare).length;
    const parallel = Math.max(2, availableParallelism());
    for (let missing = due + this.settings.spare_processes - coming; missing > 0; missing--) {
      const isNeeded = missing > this.settings.spare_processes;
      if ([...this.entries].filter((entry) => !entry.isOpen).length >= parallel) return;
      if (!this.hasRoom(runtime) && !(isNeeded && this.evict())) return;
      this.start(runtime);
    }
  }

  private capacity({ footprint }: LanguageRuntime): number {
    const { max_processes, max_memory_mb } = this.settings;
    return Math.min(max_processes, Math.floor(max_memory_mb / footprint));
  }

  private hasRoom(runtime: LanguageRuntime): boolean {
    const { max_processes, max_memory_mb } = this.settings;
    const needed = this.memory() + runtime.footprint * MEGABYTE;
    return this.entries.size < max_processes && (needed <= max_memory_mb * MEGABYTE || this.entries.size === 0);
  }

  private memory(): number {
    return [...this.entries].reduce(
      (sum, { memory, runtime }) => sum + Math.max(memory, runtime.footprint * MEGABYTE),
      0,
    );
  }

  /** Ends the process that has been unused for longest. */
  private evict(): boolean {
    const idle = [...this.entries].filter((entry) => entry.isUsable && entry.calls === 0);
    const [oldest] = idle.sort((one, other) => one.usedAt - other.usedAt);
    oldest?.process.fail('crash');
    return oldest !== undefined;
  }

  private start(runtime: LanguageRuntime): void {
    if (this.isClosed) return;
    const entry = new PoolEntry(runtime, this.settings, this.directory, this.watchdog);
    this.entries.add(entry);
    entry.opened.then(
      () => this.onStarted(entry),
      (error: unknown) => this.onFailed(entry, error),
    );
    this.watch();
  }

  private onStarted(entry: PoolEntry): void {
    this.failures.delete(entry.runtime.language);
    void entry.ended.then(() => this.remove(entry));
    if (this.isClosed) entry.close();
    this.reportPeak();
    this.match();
  }

  /** A process that does not start: those who wait are told after the second in a row. */
  private onFailed(entry: PoolEntry, error: unknown): void {
    const { language } = entry.runtime;
    const count = (this.failures.get(language) ?? 0) + 1;
    this.failures.set(language, count);
    if (count >= 2) this.waiting.failAll(error as Error, entry.runtime);
    this.remove(entry);
  }

  private remove(entry: PoolEntry): void {
    this.entries.delete(entry);
    entry.close();
    if (this.entries.size === 0) {
      clearInterval(this.guard);
      this.guard = undefined;
      this.peak = 0;
    }
    if (!this.isClosed) this.match();
  }

  private release(entry: PoolEntry, owner: string): void {
    entry.release(owner);
    const isWorn = entry.uses >= MAX_CALLS || entry.memory > (this.settings.process_memory_mb * MEGABYTE * 3) / 4;
    if (entry.calls === 0 && (entry.key === undefined || isWorn)) entry.process.fail('crash');
    this.match();
  }

  private reportPeak(): void {
    if (this.entries.size <= this.peak) return;
    this.peak = this.entries.size;
    this.onPeak(this.usage);
  }

  private watch(): void {
    this.guard ??= setInterval(() => void this.check(), GUARD_INTERVAL).unref();
  }

  /** Limits that only the operating system knows: memory and CPU time. Then the ends of idle processes. */
  private async check(): Promise<void> {
    const running = [...this.entries].filter((entry) => entry.isOpen);
    const usages = await usageOf(running.map((entry) => entry.process.pid ?? 0));
    for (const entry of running) entry.check(usages.get(entry.process.pid ?? 0));
    const total = running.reduce((sum, entry) => sum + (entry.isUsable ? entry.memory : 0), 0);
    if (total > this.settings.max_memory_mb * MEGABYTE && !this.evict()) {
      const [largest] = running.filter((entry) => entry.isUsable).sort((one, other) => other.memory - one.memory);
      largest?.process.fail('memory');
    }
    const idle = Date.now() - this.settings.idle_seconds * 1000;
    for (const entry of running)
      if (entry.isUsable && entry.calls === 0 && entry.usedAt < idle) entry.process.fail('crash');
  }
}
