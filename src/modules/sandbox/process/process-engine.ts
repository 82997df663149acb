import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { Logger } from '@nestjs/common';
import { aborting } from '../../../common/util/aborting';
import type { JsonObject } from '../../../common/util/json';
import type { HttpClient } from '../../../platform/http-client/http-client';
import type { SandboxEngine } from '../sandbox-engine';
import type { SandboxSettings } from '../sandbox.settings';
import type {
  CodeOutcome,
  SandboxCall,
  SandboxHost,
  SandboxInstance,
  SandboxOutcome,
  SandboxSource,
  SourceDescription,
} from '../sandbox.types';
import type { Exchange } from './exchange';
import { HostBridge } from './host-bridge';
import type { LanguageRuntime } from './language-runtime';
import type { Lease, ProcessPool } from './process-pool';
import { isStream, toCodeOutcome, toDescription, toInstance, toOutcome, toValues } from './results';

/** One request to a process. */
interface Work {
  op: 'describe' | 'parseValves' | 'call' | 'run' | 'open';
  /** JSON; `call` is the number of the exchange. */
  body(call: number): JsonObject;
  host: SandboxHost;
  /** Milliseconds. */
  wall: number;
}

interface Running {
  exchange: Exchange;
  bridge: HostBridge;
}

type Opened = Pick<SandboxCall, 'source' | 'owner' | 'valves' | 'userValves'>;
/** A source, or free code without a language of its own. */
type Runnable = Pick<SandboxSource, 'code'> & Partial<SandboxSource> & Pick<SandboxCall, 'owner'>;
type InstanceCall = Pick<SandboxCall, 'method' | 'positional' | 'keyword' | 'injected'>;

const NO_HOST: SandboxHost = {};

/** Runs sources of one language in the processes of the pool. */
export class ProcessEngine implements SandboxEngine {
  private readonly logger = new Logger(ProcessEngine.name);

  constructor(
    private readonly runtime: LanguageRuntime,
    private readonly pool: ProcessPool,
    private readonly http: HttpClient,
    private readonly settings: SandboxSettings,
  ) {}

  async describe(source: SandboxSource, signal: AbortSignal): Promise<SourceDescription> {
    const { expects } = source;
    return toDescription(await this.load(source, 'describe', { expects }, signal));
  }

  async parseValves(
    source: SandboxSource,
    which: 'valves' | 'userValves',
    values: JsonObject,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const { expects } = source;
    return toValues(await this.load(source, 'parseValves', { expects, which, values }, signal));
  }

  async call({ source, owner, ...call }: SandboxCall, host: SandboxHost, signal: AbortSignal): Promise<SandboxOutcome> {
    return this.execute(
      { ...source, owner },
      this.workOf({ ...call, code: source.code, expects: source.expects }, host),
      signal,
      outcomeOf,
    );
  }

  async open({ source, owner, ...valves }: Opened, signal: AbortSignal): Promise<SandboxInstance> {
    const lease = await this.lease({ ...source, owner }, signal);
    try {
      const { expects, code } = source;
      const work: Work = {
        ...{ op: 'open' as const, host: NO_HOST, wall: this.settings.load_seconds * 1000 },
        body: (call) => ({ call, code, expects, ...valves }),
      };
      const { exchange } = this.begin(lease, source, work, signal);
      const instance = toInstance(await aborting(signal, exchange.result));
      return this.instanceOf(lease, source, instance);
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  async run(code: string, owner: string | undefined, signal: AbortSignal): Promise<CodeOutcome> {
    const work: Work = {
      ...{ op: 'run' as const, host: NO_HOST, wall: this.settings.call_seconds * 1000 },
      body: (call) => ({ call, code, outputLimit: this.settings.max_output }),
    };
    return this.execute({ code, owner }, work, signal, async ({ exchange }) => toCodeOutcome(await exchange.result));
  }

  warm(): void {
    this.pool.warm(this.runtime);
  }

  close(): void {
    this.runtime.close();
  }

  private load(
    source: SandboxSource,
    op: 'describe' | 'parseValves',
    parameters: JsonObject,
    signal: AbortSignal,
  ): Promise<unknown> {
    const body = () => ({ code: source.code, ...parameters });
    const work: Work = { op, body, host: NO_HOST, wall: this.settings.load_seconds * 1000 };
    return this.execute(source, work, signal, ({ exchange }) => exchange.result);
  }

  /** A call in a process, or on an instance that is open in one. */
  private workOf(call: JsonObject, host: SandboxHost): Work {
    const offered = {
      ...{ emit: !!host.emit, ask: !!host.ask, complete: !!host.complete },
      ...(!!host.callTool && host.tools && { tools: host.tools }),
    };
    return {
      ...{ op: 'call', host, wall: this.settings.call_seconds * 1000 },
      body: (id) => ({
        ...{ positional: [], keyword: {}, injected: {}, ...call },
        ...{ call: id, host: offered, outputLimit: this.settings.max_output },
      }),
    };
  }

  private instanceOf(lease: Lease, source: SandboxSource, instance: number): SandboxInstance {
    let last: Promise<unknown> = Promise.resolve();
    let isClosed = false;
    const call = async (one: InstanceCall, host: SandboxHost, signal: AbortSignal) => {
      signal.throwIfAborted();
      const running = this.begin(lease, source, this.workOf({ ...one, code: source.code, instance }, host), signal);
      return aborting(signal, outcomeOf(running));
    };
    return {
      call: (one, host, signal) => {
        const result = last.then(() => call(one, host, signal));
        last = result.catch(() => undefined);
        return result;
      },
      close: () => {
        if (isClosed) return;
        isClosed = true;
        const { result } = lease.process.exchange({ op: 'close' }, () => JSON.stringify({ instance }), {
          wall: this.settings.load_seconds * 1000,
        });
        result.catch(() => undefined).finally(() => lease.release());
      },
    };
  }

  private async execute<T>(
    source: Runnable,
    work: Work,
    signal: AbortSignal,
    read: (running: Running) => Promise<T>,
  ): Promise<T> {
    const lease = await this.lease(source, signal);
    try {
      const running = this.begin(lease, source, work, signal);
      running.exchange.result.catch(() => undefined).finally(() => lease.release());
      return aborting(signal, read(running));
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** A process that has what the source needs. */
  private async lease({ owner, ...source }: Runnable, signal: AbortSignal): Promise<Lease> {
    signal.throwIfAborted();
    // Any number of calls may share a signal; Node warns of more than ten listeners.
    setMaxListeners(0, signal);
    const files = await this.runtime.filesFor(source.code);
    const key = source.language && keyOf({ ...source, language: source.language });
    const lease = await this.pool.acquire({ runtime: this.runtime, key, owner }, signal);
    try {
      await lease.entry.install(files);
      return lease;
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  private begin(
    lease: Lease,
    { allowedHosts }: Pick<SandboxSource, 'allowedHosts'>,
    work: Work,
    signal: AbortSignal,
  ): Running {
    const bridge = new HostBridge(work.host, this.http, this.settings, allowedHosts);
    const exchange = lease.process.exchange({ op: work.op }, (id) => JSON.stringify(work.body(id)), {
      wall: work.wall,
      serve: (request, own) => bridge.serve(request, own),
      log: (level, text) => this.logger.debug({ level, text }, 'Output of a source'),
    });
    follow({ exchange, bridge }, signal);
    return { exchange, bridge };
  }
}

/** The end of the exchange ends what belongs to it, and the signal ends the exchange. */
function follow({ exchange, bridge }: Running, signal: AbortSignal): void {
  const cancel = () => exchange.cancel();
  const end = (error?: unknown) => {
    signal.removeEventListener('abort', cancel);
    bridge.end(error);
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  bridge.items.onLeave = cancel;
  exchange.result.then(
    () => end(),
    (error: unknown) => end(signal.aborted ? signal.reason : error),
  );
}

/** The result, or the start of a stream. */
const outcomeOf = ({ exchange, bridge }: Running): Promise<SandboxOutcome> => {
  const stream: SandboxOutcome = { kind: 'stream', items: bridge.items };
  return Promise.race([
    exchange.result.then((value) => (isStream(value) ? stream : toOutcome(value))),
    bridge.streamed.then(() => stream),
  ]);
};

/** Sources that share processes are the same to the letter, and may do the same. */
const keyOf = ({ language, code, allowedHosts }: Pick<SandboxSource, 'language' | 'code' | 'allowedHosts'>): string =>
  createHash('sha256')
    .update(JSON.stringify([language, allowedHosts ?? null, code]))
    .digest('base64');
