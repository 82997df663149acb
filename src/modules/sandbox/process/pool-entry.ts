import type { SandboxSettings } from '../sandbox.settings';
import type { InstalledFile, LanguageRuntime } from './language-runtime';
import type { Usage } from './process-usage';
import { sandboxError, SandboxProcess } from './sandbox-process';
import type { Watchdog } from './watchdog';

const MEGABYTE = 1_048_576;
/** Milliseconds for a process to start, on a machine under load. */
const START_LIMIT = 60_000;
/** Room for the parts of a message around the limited output. */
const FRAME_EXTRA = 65_536;

/** A process in the pool, and what it is used for. */
export class PoolEntry {
  /** Resolves when the process can be used. */
  readonly opened: Promise<void>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** Source that it runs; undefined for a process that has run nothing yet, or free code. */
  key: string | undefined;
  calls = 0;
  uses = 0;
  usedAt = Date.now();
  /** A probe has no response yet: a call may block the process. */
  isProbed = false;
  /** Bytes, as last measured. */
  memory = 0;
  isOpen = false;
  private current: SandboxProcess | undefined;
  private installed: Promise<void> | undefined;
  private onEnd: () => void = () => undefined;
  private isClosed = false;
  /** By owner: the number of its calls. */
  private readonly owners = new Map<string, number>();

  constructor(
    readonly runtime: LanguageRuntime,
    private readonly settings: SandboxSettings,
    directory: () => Promise<string>,
    private readonly watchdog: Watchdog,
  ) {
    this.ended = new Promise((resolve) => (this.onEnd = resolve));
    this.opened = this.open(directory);
  }

  /** @throws Error before it is open. */
  get process(): SandboxProcess {
    if (!this.current) throw new Error('The process has not been started');
    return this.current;
  }

  get isUsable(): boolean {
    return this.isOpen && this.current?.isDead === false;
  }

  /** It has run nothing yet. */
  get isNew(): boolean {
    return this.uses === 1;
  }

  get isSpare(): boolean {
    return this.isUsable && this.uses === 0;
  }

  get isFree(): boolean {
    return this.isUsable && this.calls === 0 && this.uses > 0;
  }

  isUsedBy(owner: string): boolean {
    return this.owners.has(owner);
  }

  take(key: string | undefined, owner: string): void {
    this.key = key;
    this.owners.set(owner, (this.owners.get(owner) ?? 0) + 1);
    this.calls += 1;
    this.uses += 1;
  }

  release(owner: string): void {
    const left = (this.owners.get(owner) ?? 1) - 1;
    if (left > 0) this.owners.set(owner, left);
    else this.owners.delete(owner);
    this.calls -= 1;
    this.usedAt = Date.now();
  }

  /** Puts files into the process, before its first call. */
  async install(files: readonly InstalledFile[]): Promise<void> {
    this.installed ??= this.installAll(files);
    return this.installed;
  }

  /** Ends the process when it exceeds its limits. */
  check(usage: Usage | undefined): void {
    if (!usage || !this.isUsable) return;
    this.memory = usage.memory;
    const longest = Math.max(0, ...[...this.process.running].map((exchange) => exchange.usedCpu(usage.cpu)));
    if (usage.memory > this.settings.process_memory_mb * MEGABYTE) this.process.fail('memory');
    else if (longest > this.settings.cpu_seconds * 1000) this.process.fail('timeout');
  }

  close(): void {
    this.isClosed = true;
    this.current?.fail('crash');
  }

  private async open(directory: () => Promise<string>): Promise<void> {
    const [start, empty] = await Promise.all([this.runtime.start(), directory()]);
    if (this.isClosed) throw sandboxError('crash');
    const limits = {
      output: this.settings.max_output,
      ...{ frame: this.settings.max_output + this.settings.http_max_size + FRAME_EXTRA },
      ...{ start: START_LIMIT, directory: empty },
    };
    this.current = new SandboxProcess(start, limits, this.watchdog, this.onEnd);
    await this.current.ready;
    this.isOpen = true;
    this.usedAt = Date.now();
  }

  private async installAll(files: readonly InstalledFile[]): Promise<void> {
    for (const { name, bytes } of files)
      await this.process.exchange({ op: 'install', name }, () => '', { wall: START_LIMIT }, bytes).result;
  }
}
