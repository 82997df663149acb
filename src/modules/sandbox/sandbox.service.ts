import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { JsonObject } from '../../common/util/json';
import { Env } from '../../platform/env/env';
import { HttpClient } from '../../platform/http-client/http-client';
import { JavascriptRuntime } from './javascript/javascript.runtime';
import type { LanguageRuntime } from './process/language-runtime';
import { ProcessEngine } from './process/process-engine';
import { ProcessPool, type PoolUsage } from './process/process-pool';
import { SnapshotStore } from './process/snapshot-store';
import { Watchdog } from './process/watchdog';
import { PythonPackages } from './python/python-packages';
import { PythonRuntime } from './python/python.runtime';
import type { SandboxEngine } from './sandbox-engine';
import { SandboxSettings } from './sandbox.settings';
import { namedParameters } from './named-parameters';
import type {
  CodeOutcome,
  SandboxCall,
  SandboxHost,
  SandboxInstance,
  SandboxLanguage,
  SandboxOutcome,
  SandboxSource,
  SourceDescription,
} from './sandbox.types';

/** In `dist`: see `scripts/python-snapshot.mjs`. */
const BUILT_SNAPSHOTS = join(__dirname, '../../../snapshots');
/** Descriptions that are remembered; each is a few kilobytes. */
const MAX_DESCRIPTIONS = 500;

/**
 * Runs code of users in processes that have no files, no environment and no network of their own. Nothing of it is
 * loaded before the first use. Every method rejects with a SandboxError, or with the reason of the signal.
 */
@Injectable()
export class SandboxService implements OnApplicationShutdown {
  private readonly logger = new Logger(SandboxService.name);
  private readonly engines = new Map<SandboxLanguage, SandboxEngine>();
  private readonly descriptions = new Map<string, SourceDescription>();
  private readonly watchdog = new Watchdog();
  private readonly pool: ProcessPool;

  constructor(
    private readonly settings: SandboxSettings,
    private readonly http: HttpClient,
    private readonly env: Env,
  ) {
    this.pool = new ProcessPool(
      settings,
      () => this.emptyDirectory(),
      this.watchdog,
      (usage) => this.logUsage(usage),
    );
  }

  /** What all processes of the sandbox use now. */
  get usage(): PoolUsage {
    return this.pool.usage;
  }

  /** Loads the source and returns what it defines. Results are cached by the text. */
  async describe(source: SandboxSource, signal = new AbortController().signal): Promise<SourceDescription> {
    const key = createHash('sha256').update(`${source.language} ${source.expects} ${source.code}`).digest('base64');
    const known = this.descriptions.get(key);
    if (known) return known;
    const description = await this.engine(source.language).describe(source, signal);
    const [oldest] = this.descriptions.keys();
    if (oldest !== undefined && this.descriptions.size >= MAX_DESCRIPTIONS) this.descriptions.delete(oldest);
    this.descriptions.set(key, description);
    return description;
  }

  /**
   * Validates values by the class; returns only the given keys, coerced; unknown keys are dropped.
   * @throws SandboxError `raised` with the text of the validation.
   */
  async parseValves(
    source: SandboxSource,
    which: 'valves' | 'userValves',
    values: JsonObject,
    signal = new AbortController().signal,
  ): Promise<JsonObject> {
    return this.engine(source.language).parseValves(source, which, values, signal);
  }

  /** One call on a fresh instance of a freshly executed module. */
  async call(call: SandboxCall, host: SandboxHost, signal: AbortSignal): Promise<SandboxOutcome> {
    const { source } = call;
    const injected = namedParameters(source, call.injected);
    return this.engine(source.language).call({ ...call, injected }, host, signal);
  }

  /** An instance for many calls, in order, such as those of the `stream` handler for the parts of one reply. */
  async open(
    { source, ...valves }: Pick<SandboxCall, 'source' | 'owner' | 'valves' | 'userValves'>,
    signal: AbortSignal,
  ): Promise<SandboxInstance> {
    const instance = await this.engine(source.language).open({ source, ...valves }, signal);
    return {
      call: (call, host, during) =>
        instance.call({ ...call, injected: namedParameters(source, call.injected) }, host, during),
      close: () => instance.close(),
    };
  }

  /** Starts a process for the language in the background, so that the first call does not wait for it. */
  warm(language: SandboxLanguage): void {
    this.engine(language).warm();
  }

  /** Runs free code in a process of its own, as a notebook cell. `owner`: see SandboxCall. */
  async run(language: SandboxLanguage, code: string, signal: AbortSignal, owner?: string): Promise<CodeOutcome> {
    return this.engine(language).run(code, owner, signal);
  }

  onApplicationShutdown(): void {
    this.pool.close();
    for (const engine of this.engines.values()) engine.close();
    this.watchdog.close();
  }

  private engine(language: SandboxLanguage): SandboxEngine {
    const known = this.engines.get(language);
    if (known) return known;
    const made = new ProcessEngine(this.runtime(language), this.pool, this.http, this.settings);
    this.engines.set(language, made);
    return made;
  }

  private runtime(language: SandboxLanguage): LanguageRuntime {
    if (language === 'javascript') return new JavascriptRuntime(this.settings);
    const store = new SnapshotStore(this.directory, BUILT_SNAPSHOTS);
    const packages = new PythonPackages(this.settings);
    return new PythonRuntime(this.settings, packages, store, () => this.emptyDirectory(), this.watchdog);
  }

  private get directory(): string {
    const { cache_dir } = this.settings;
    return cache_dir === '' ? join(this.env.dataDir, 'sandbox') : resolve(cache_dir);
  }

  /** Where processes start: they could read nothing in it. */
  private async emptyDirectory(): Promise<string> {
    const path = join(this.directory, 'empty');
    await mkdir(path, { recursive: true, mode: 0o700 });
    return path;
  }

  private logUsage({ processes, megabytes, limitMegabytes }: PoolUsage): void {
    this.logger.log(`${processes} sandbox processes use ${megabytes} MB of at most ${limitMegabytes} MB`);
  }
}
