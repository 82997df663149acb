import type { JsonObject } from '../../../src/common/util/json';
import type { Answer, RecordedRequest } from './fake-server';

export type { Answer };

const head = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'fake' };

/** One `data:` event of a stream. */
export const event = (data: unknown): string => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

export const chunk = (delta: JsonObject, finishReason: string | null = null): string =>
  event({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  });

export const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
export const usageChunk = (): string => event({ ...head, object: 'chat.completion.chunk', choices: [], usage });
export const DONE = event('[DONE]');

/** The texts as a complete stream. */
export const textStream = (...texts: string[]): string[] => [
  chunk({ role: 'assistant', content: '' }),
  ...texts.map((content) => chunk({ content })),
  chunk({}, 'stop'),
  DONE,
];

/** A complete stream that calls one tool; the arguments come in two parts. */
export function toolCallStream(name: string, toolArguments: string, id = 'call_1'): string[] {
  const half = Math.ceil(toolArguments.length / 2);
  const part = (call: JsonObject) => chunk({ tool_calls: [{ index: 0, ...call }] });
  return [
    part({ id, type: 'function', function: { name, arguments: '' } }),
    part({ function: { arguments: toolArguments.slice(0, half) } }),
    part({ function: { arguments: toolArguments.slice(half) } }),
    chunk({}, 'tool_calls'),
    DONE,
  ];
}

/** A whole completion, as for requests without `stream`. */
export const completion = (message: JsonObject, finishReason = 'stop'): JsonObject => ({
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, logprobs: null, finish_reason: finishReason }],
  usage,
});

export const failure = (status: number, message: string) => ({
  status,
  json: { error: { message, type: 'fake_error', code: status } },
});

/** Some pieces, then silence until the client goes away. */
export async function* thenStall(request: RecordedRequest, pieces: string[]): AsyncGenerator<string> {
  yield* pieces;
  await request.closed;
}

/** Some pieces, then a broken connection. */
export function* thenBreak(pieces: string[]): Generator<string> {
  yield* pieces;
  throw new Error('broken on purpose');
}

/** The text of the last message of a role; parts are joined. */
export function lastText(request: RecordedRequest, role: string): string | undefined {
  const messages = (request.body?.messages ?? []) as { role?: string; content?: string | { text?: string }[] | null }[];
  const content = messages.findLast((message) => message.role === role)?.content;
  return Array.isArray(content) ? content.map(({ text }) => text ?? '').join('') : (content ?? undefined);
}

/**
 * The default behaviour, scripted by the last user message: `/fail 429 words`, `/fail-text 502 words`, `/fail-in-stream`,
 * `/break`, `/stall`, `/hang`, `/json` (no stream although asked for), `/garbage`, `/reason`, `/tool name {"a":1}` (then
 * answers with the tool's result); anything else is said back word by word.
 */
export function scriptedAnswer(request: RecordedRequest): Answer {
  const text = lastText(request, 'user') ?? '';
  const [, command = '', rest = ''] = /^\/([\w-]+)\s*([\s\S]*)$/.exec(text) ?? [];
  return SCRIPTS[command]?.(request, rest) ?? speak(request, `You said: ${text}`);
}

type Script = (request: RecordedRequest, rest: string) => Answer | undefined;

const SCRIPTS: Record<string, Script> = {
  fail: (_, rest) => failure(Number.parseInt(rest), rest.replace(/^\d+\s*/, '')),
  'fail-text': (_, rest) => ({ status: Number.parseInt(rest), text: rest.replace(/^\d+\s*/, '') }),
  'fail-in-stream': () => ({
    sse: [chunk({ content: 'Half' }), event({ error: { message: 'in stream', code: 500 } })],
  }),
  break: () => ({ sse: thenBreak([chunk({ content: 'Half' })]) }),
  stall: (request) => ({ sse: thenStall(request, [chunk({ content: 'Half' })]) }),
  hang: () => 'never',
  json: () => ({ json: completion({ content: 'Not streamed' }) }),
  garbage: () => ({ sse: [': ping\n\n', 'data: {broken\n\n', 'event: x\n', ...textStream('fine')] }),
  reason: (request) => reason(request),
  tool: (request, rest) => callTool(request, rest),
};

function speak(request: RecordedRequest, text: string): Answer {
  if (!request.body?.stream) return { json: completion({ content: text }) };
  const pieces = textStream(...text.split(/(?<=\s)/));
  const wantsUsage = Boolean((request.body.stream_options as JsonObject | undefined)?.include_usage);
  return { sse: wantsUsage ? [...pieces.slice(0, -1), usageChunk(), DONE] : pieces };
}

function reason(request: RecordedRequest): Answer {
  if (!request.body?.stream) return { json: completion({ content: 'Forty-two', reasoning_content: 'Let me think' }) };
  return {
    sse: [chunk({ reasoning_content: 'Let me ' }), chunk({ reasoning_content: 'think' }), ...textStream('Forty-two')],
  };
}

function callTool(request: RecordedRequest, rest: string): Answer {
  const result = lastRole(request) === 'tool' ? lastText(request, 'tool') : undefined;
  if (result !== undefined) return speak(request, `The tool said: ${result}`);
  const [, name = '', given] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
  const toolArguments = given || '{}';
  if (request.body?.stream) return { sse: toolCallStream(name, toolArguments) };
  const call = { id: 'call_1', type: 'function', function: { name, arguments: toolArguments } };
  return { json: completion({ content: null, tool_calls: [call] }, 'tool_calls') };
}

const lastRole = (request: RecordedRequest): unknown =>
  (request.body?.messages as { role?: string }[] | undefined)?.at(-1)?.role;
