import type { JsonObject } from '../../common/util/json';
import type { SandboxHost, SandboxOutcome } from '../sandbox/sandbox.types';
import type { StoredFunction } from './function.entity';

/** A row for lists, without its source and valves. */
export type FunctionOverview = Omit<StoredFunction, 'content' | 'valves'>;

/** An active row without its source. */
export type ActiveFunction = Omit<StoredFunction, 'content'>;

/** An active function, ready for many calls: it does not read the database again. */
export interface RunnableFunction {
  row: FunctionOverview;
  content: string;
  /** Stored valves; null: those of the source. */
  valves: JsonObject | null;
  /** Of the principal; null when the source has no such class. */
  userValves: JsonObject | null;
  /** The principal, as `__user__`; null without one. */
  user: JsonObject | null;
  /** `valves.priority`, 0 by default: filters run in ascending order. */
  priority: number;
}

/** One call of a function. `injected` adds to `__user__`, and to `__id__` of filters and actions. */
export interface FunctionCall {
  method: string;
  positional: unknown[];
  injected?: JsonObject;
  host?: SandboxHost;
}

/** An instance of a function that keeps its state between calls. */
export interface FunctionInstance {
  call(call: FunctionCall, signal: AbortSignal): Promise<SandboxOutcome>;
  /** Releases it; idempotent, never throws. */
  close(): void;
}

/** A button below replies, as models list it. */
export interface OfferedAction {
  /** Id of the function. */
  functionId: string;
  isGlobal: boolean;
  /** `<function>`, or one `<function>.<sub>` for each of its actions. */
  items: JsonObject[];
}

/** A toggle of the input, as models list it. */
export interface OfferedFilter {
  functionId: string;
  isGlobal: boolean;
  item: JsonObject;
}
