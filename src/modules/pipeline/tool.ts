import type { JsonObject } from '../../common/util/json';

/** What a call returned, by its origin; `completions` makes text for the model, files and embeds of it. */
export type ToolOutcome =
  /** A value of code in the sandbox. */
  | { kind: 'value'; value: unknown }
  /** A response object of code in the sandbox. Inline ones are shown to the user; the model gets their status. */
  | { kind: 'response'; status: number; headers: Readonly<Record<string, string>>; body: string }
  /** Data and headers of an HTTP response; `headers: null` for a failure, which `data` describes. */
  | { kind: 'external'; data: unknown; headers: Readonly<Record<string, string>> | null }
  /** Content items of MCP: `text`, `image`, `audio`, `resource`, `resource_link`. */
  | { kind: 'mcp'; content: readonly JsonObject[] };

/**
 * A function that the model may call during a reply. A step puts tools into `CompletionContext.tools`; the tool loop
 * offers them to the model and runs the calls.
 */
export interface Tool {
  name: string;
  description?: string;
  /** JSON schema of an object. Arguments not listed in it are dropped. */
  parameters: JsonObject;
  /** Id of the tool or server that has the function: part of its name in citations, and where names clash. */
  sourceId?: string;
  /** True when the tool reads the attached files itself: with prompt-based calls, they are then not searched. */
  handlesFiles?: boolean;
  /** A rejection becomes the content of the result, so that the model can react to it. */
  call(args: JsonObject, signal: AbortSignal): Promise<ToolOutcome>;
}

/** A tool as code and prompts describe it. */
export const specOf = ({ name, description = '', parameters }: Tool) => ({ name, description, parameters });
