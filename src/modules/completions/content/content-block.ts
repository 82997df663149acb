/** A tool call as the model wrote it. */
export interface ToolCall {
  id: string;
  name: string;
  /** A JSON string. */
  arguments: string;
}

export interface ToolResult {
  toolCallId: string;
  content: string;
  files?: unknown[];
  embeds?: unknown[];
}

/** The parts of a reply, in order. Clients get them as one string: see `serializeBlocks`. */
export type ContentBlock =
  | { type: 'text' | 'solution'; text: string }
  | {
      type: 'reasoning';
      text: string;
      /** Whole seconds; undefined while the model is reasoning. */
      duration?: number;
    }
  | { type: 'tool_calls'; calls: ToolCall[]; /** Undefined while the calls run. */ results?: ToolResult[] }
  | CodeBlock;

/** Code that the model wants to run. */
export interface CodeBlock {
  type: 'code_interpreter';
  text: string;
  language: string;
  /** True when the tag does not say `type="code"`: nothing runs. */
  isInert?: true;
  /** Undefined while the code runs. */
  output?: unknown;
}
