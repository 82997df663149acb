import type { JsonObject } from '../../common/util/json';
import type { SandboxHost, ToolSpec } from '../sandbox/sandbox.types';
import type { StoredTool } from './tool.entity';

/** A row for lists, without its source and what follows from it. */
export type ToolOverview = Omit<StoredTool, 'content' | 'specs' | 'valves' | 'definition'>;

/** A tool that the principal may use, ready for many calls: it does not read the database again. */
export interface UsableTool {
  row: StoredTool;
  /** As models get them: without functions whose name begins with `_`, and without injected parameters. */
  specs: ToolSpec[];
  /** Stored valves; null: those of the source. */
  valves: JsonObject | null;
  /** Of the principal; null when the source has no such class. */
  userValves: JsonObject | null;
  /** The principal, as `__user__`. */
  user: JsonObject;
}

/** One call of a function. `injected` adds to `__user__` and `__id__`. */
export interface LocalToolCall {
  name: string;
  args: JsonObject;
  injected?: JsonObject;
  host?: SandboxHost;
}
