import type { JsonObject } from '../../../common/util/json';
import type { CompletionContext } from '../../pipeline/completion-context';
import type { Tool } from '../../pipeline/tool';
import type { CodeBlock, ToolCall, ToolResult } from '../content/content-block';
import type { ContentBlocks } from '../content/content-blocks';
import { pythonJson } from '../content/python-json';
import { toRequestMessages } from '../content/to-request-messages';
import { parseArguments } from '../tools/call-arguments';
import type { ToolOutput } from '../tools/tool-results.service';

/** Runs of code in one reply. */
const MAX_CODE_RUNS = 5;

/** One turn of a model: reads its response into the reply and returns its tool calls. */
export type Turn<E> = (body: JsonObject, isFirst: boolean) => AsyncGenerator<E, ToolCall[]>;

/** Emitted by the loop between turns. */
export interface ContentEvent {
  type: 'content';
  content: string;
}

export interface ReplyLoop<E> {
  context: CompletionContext;
  reply: ContentBlocks;
  turn: Turn<E>;
  /** Never rejects but with the signal's reason. */
  callTool: (tool: Tool, args: JsonObject) => Promise<ToolOutput>;
  /** The output of code, as clients show it. Rejects as `callTool`. */
  runCode: (block: CodeBlock) => Promise<unknown>;
  /** Limit of model turns after tool calls. */
  maxToolTurns: number;
  signal: AbortSignal;
}

/**
 * Alternates model turns with tool calls and runs of code until a turn has neither. Exactly one turn without tools: calls
 * of tools that only the client knows are passed on, not run.
 */
export async function* runReplyLoop<E>(loop: ReplyLoop<E>): AsyncGenerator<E | ContentEvent> {
  const { context, reply, turn, signal, maxToolTurns } = loop;
  const { tools, body, messages } = context;
  const offered = tools.size === 0 ? body : { ...body, tools: offerOf(body, tools) };
  const firstBlock = reply.blocks.length - 1;
  const runs = { tools: 0, code: 0 };
  let calls = yield* turn(offered, true);
  for (;;) {
    const code = reply.codeToRun;
    if (code && runs.code++ < MAX_CODE_RUNS) yield* runCode(loop, code);
    else if (!code && calls.length > 0 && tools.size > 0 && runs.tools++ < maxToolTurns) yield* runCalls(loop, calls);
    else return;
    signal.throwIfAborted();
    const answered = [...messages, ...toRequestMessages(reply.blocks.slice(firstBlock))];
    calls = yield* turn({ ...offered, messages: answered }, false);
  }
}

async function* runCode<E>({ reply, runCode: run }: ReplyLoop<E>, code: CodeBlock): AsyncGenerator<ContentEvent> {
  yield { type: 'content', content: reply.content };
  reply.setOutput(code.isInert ? '' : await run(code));
  yield { type: 'content', content: reply.content };
}

async function* runCalls<E>(loop: ReplyLoop<E>, calls: ToolCall[]): AsyncGenerator<ContentEvent> {
  const { reply } = loop;
  reply.addToolCalls(calls);
  yield { type: 'content', content: reply.content };
  const results: ToolResult[] = [];
  for (const call of calls) results.push(await runCall(loop, call));
  reply.setResults(results);
  yield { type: 'content', content: reply.content };
}

function offerOf({ tools: own }: JsonObject, tools: ReadonlyMap<string, Tool>): unknown[] {
  const specs = [...tools.values()].map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, ...(description !== undefined && { description }), parameters },
  }));
  return [...(Array.isArray(own) ? (own as unknown[]) : []), ...specs];
}

/** An unknown tool returns an empty result. */
async function runCall<E>({ context, callTool, signal }: ReplyLoop<E>, call: ToolCall): Promise<ToolResult> {
  const args = parseArguments(call.arguments);
  call.arguments = pythonJson(args, { ascii: true });
  const tool = context.tools.get(call.name);
  signal.throwIfAborted();
  return { toolCallId: call.id, ...(tool ? await callTool(tool, args) : { content: '' }) };
}
