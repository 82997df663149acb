import type { SandboxSettings } from '../sandbox.settings';
import type { InstalledFile, LanguageRuntime } from './language-runtime';
import type { Usage } from './process-usage';
import { SandboxProcess } from './sandbox-process';

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
  /** CPU time of the process when it last had no call. */
  private cpuAtCall = 0;

  constructor(
    readonly runtime: LanguageRuntime,
    private readonly settings: SandboxSettings,
    directory: () => Promise<string>,
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

  take(key: string | undefined): void {
    this.key = key;
    this.calls += 1;
    this.uses += 1;
  }

  release(): void {
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
    // Calls that run at the same time share the limit.
    if (this.process.load === 0) this.cpuAtCall = usage.cpu;
    if (usage.memory > this.settings.process_memory_mb * MEGABYTE) this.process.fail('memory');
    else if (usage.cpu - this.cpuAtCall > this.settings.cpu_seconds * 1000) this.process.fail('timeout');
  }

  close(): void {
    this.current?.fail('crash');
  }

  private async open(directory: () => Promise<string>): Promise<void> {
    const [start, empty] = await Promise.all([this.runtime.start(), directory()]);
    const limits = {
      ...{ frame: this.settings.max_output + this.settings.http_max_size + FRAME_EXTRA },
      ...{ start: START_LIMIT, directory: empty },
    };
    this.current = new SandboxProcess(start, limits, this.onEnd);
    await this.current.ready;
    this.isOpen = true;
    this.usedAt = Date.now();
  }

  private async installAll(files: readonly InstalledFile[]): Promise<void> {
    for (const { name, bytes } of files)
      await this.process.exchange({ op: 'install', name }, () => '', { wall: START_LIMIT }, bytes).result;
  }
}
