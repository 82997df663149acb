import type { JsonObject } from '../../common/util/json';
import type {
  CodeOutcome,
  SandboxCall,
  SandboxHost,
  SandboxInstance,
  SandboxOutcome,
  SandboxSource,
  SourceDescription,
} from './sandbox.types';

/** Runs sources of one language. Every method rejects with a SandboxError, or with the reason of the signal. */
export interface SandboxEngine {
  describe(source: SandboxSource, signal: AbortSignal): Promise<SourceDescription>;
  parseValves(
    source: SandboxSource,
    which: 'valves' | 'userValves',
    values: JsonObject,
    signal: AbortSignal,
  ): Promise<JsonObject>;
  call(call: SandboxCall, host: SandboxHost, signal: AbortSignal): Promise<SandboxOutcome>;
  open(
    call: Pick<SandboxCall, 'source' | 'owner' | 'valves' | 'userValves'>,
    signal: AbortSignal,
  ): Promise<SandboxInstance>;
  run(code: string, owner: string | undefined, signal: AbortSignal): Promise<CodeOutcome>;
  /** Starts a process in the background. */
  warm(): void;
  /** Releases what belongs to the language; its processes belong to the pool. */
  close(): void;
}
