/** A call of a tool as the model wrote it. */
export interface ToolCall {
  id: string;
  name: string;
  /** JSON, as text. */
  arguments: string;
}

export interface ToolResult {
  toolCallId: string;
  content: string;
  files?: unknown[];
  embeds?: unknown[];
}

/** The parts of a reply, in order. Clients get them as one text: see `serializeBlocks`. */
export type ContentBlock =
  | { type: 'text' | 'solution'; text: string }
  | {
      type: 'reasoning';
      text: string;
      /** Whole seconds; undefined while the model is still thinking. */
      duration?: number;
    }
  | { type: 'tool_calls'; calls: ToolCall[]; /** Undefined: the calls run. */ results?: ToolResult[] }
  | { type: 'code_interpreter'; text: string; language: string; /** Undefined: the code runs. */ output?: unknown };
