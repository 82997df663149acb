import * as fc from 'fast-check';
import type { JsonObject } from '../../../../common/util/json';
import type { ProviderChunk } from '../../chat-provider';
import { ProviderUnreachableError } from '../../provider.errors';
import { OllamaReply } from './response.mapper';
import { readChatChunks, toEventStream } from './stream-reader';

async function* cut(bytes: Uint8Array, places: number[]): AsyncGenerator<Uint8Array> {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function chunksOf(text: string, places: number[] = []): Promise<ProviderChunk[]> {
  const chunks: ProviderChunk[] = [];
  for await (const chunk of readChatChunks(cut(Buffer.from(text), places), 'm')) chunks.push(chunk);
  return chunks;
}

const stream = (...lines: (JsonObject | string)[]) =>
  lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n') + '\n';
const say = (message: JsonObject, rest: JsonObject = {}) => ({
  ...{ model: 'm:1b', created_at: '2026-01-02T03:04:05.6Z', message: { role: 'assistant', ...message }, done: false },
  ...rest,
});
const COUNTERS = {
  total_duration: 3_661_500_000_000,
  load_duration: 1_000_000,
  prompt_eval_count: 10,
  prompt_eval_duration: 2_000_000_000,
  eval_count: 30,
  eval_duration: 3_000_000_000,
};
const END = { ...say({ content: '' }), done: true, done_reason: 'stop', ...COUNTERS };
const USAGE = {
  'response_token/s': 10,
  'prompt_token/s': 5,
  total_duration: 3_661_500_000_000,
  load_duration: 1_000_000,
  prompt_eval_count: 10,
  prompt_tokens: 10,
  prompt_eval_duration: 2_000_000_000,
  eval_count: 30,
  completion_tokens: 30,
  eval_duration: 3_000_000_000,
  approximate_total: '1h1m1s',
  total_tokens: 40,
  completion_tokens_details: { reasoning_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
};

/** What differs between chunks: their delta, why they end, their usage. */
const told = (chunks: ProviderChunk[]) =>
  chunks.map(({ choices, usage }) => [choices?.[0]?.delta, choices?.[0]?.finish_reason, usage]);

/** Streams as Ollama sends them, and what they say. */
const RECORDED: [string, string, unknown[]][] = [
  [
    'a text',
    stream(say({ content: 'grüße ' }), say({ content: '👋🏽' }), END),
    [
      [{ content: 'grüße ' }, null, undefined],
      [{ content: '👋🏽' }, null, undefined],
      [{}, 'stop', USAGE],
    ],
  ],
  [
    'thinking before the text',
    stream(
      say({ content: '', thinking: 'Let me ' }),
      say({ content: '', thinking: 'see' }),
      say({ content: 'Yes' }),
      END,
    ),
    [
      [{ reasoning_content: 'Let me ' }, null, undefined],
      [{ reasoning_content: 'see' }, null, undefined],
      [{ content: 'Yes' }, null, undefined],
      [{}, 'stop', USAGE],
    ],
  ],
  [
    'calls of tools in several lines',
    stream(
      say({
        content: '',
        tool_calls: [{ id: 'c1', function: { index: 0, name: 'add', arguments: { a: 1, b: 'é' } } }],
      }),
      say({ content: '', tool_calls: [{ id: 'c2', function: { index: 0, name: 'now', arguments: {} } }] }),
      END,
    ),
    [
      [{ tool_calls: [call(0, 'c1', 'add', '{"a":1,"b":"é"}')] }, null, undefined],
      [{ tool_calls: [call(1, 'c2', 'now', '{}')] }, null, undefined],
      [{}, 'tool_calls', USAGE],
    ],
  ],
  [
    'a last line that has text, at the limit',
    stream({ ...END, ...say({ content: 'all' }), done: true, done_reason: 'length' }),
    [[{ content: 'all' }, 'length', USAGE]],
  ],
  [
    'lines that are none, and empty ones',
    stream('', 'garbage {', '"text"', '[1]', say({ content: '' }), say({ content: 'x' }), '\r', END),
    [
      [{ content: 'x' }, null, undefined],
      [{}, 'stop', USAGE],
    ],
  ],
];

function call(index: number, id: string, name: string, args: string) {
  return { index, id, type: 'function', function: { name, arguments: args } };
}

describe('readChatChunks', () => {
  it.each(RECORDED)('reads %s', async (_, text, expected) => {
    expect(told(await chunksOf(text))).toEqual(expected);
  });

  it.each(RECORDED)('reads %s wherever the bytes are cut', async (_, text, expected) => {
    const length = Buffer.byteLength(text);
    for (let place = 0; place <= length; place++) expect(told(await chunksOf(text, [place]))).toEqual(expected);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(length)), async (places) => {
        expect(told(await chunksOf(text, places))).toEqual(expected);
      }),
    );
  });

  it('gives all chunks of a stream one id, and the model that answered', async () => {
    const chunks = await chunksOf(stream(say({ content: 'a' }), END));
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks[0]).toMatchObject({ model: 'm:1b', object: 'chat.completion.chunk', created: expect.any(Number) });
  });

  it('makes up the id of a call that has none', async () => {
    const [chunk] = await chunksOf(stream(say({ tool_calls: [{ function: { name: 'f' } }] }), END));
    expect(chunk?.choices?.[0]?.delta?.tool_calls?.[0]).toMatchObject({
      id: expect.stringMatching(/^call_/),
      function: { arguments: '{}' },
    });
  });

  it('hands on an error within the stream, which then may end', async () => {
    const chunks = await chunksOf(stream(say({ content: 'Half' }), { error: 'out of memory' }));
    expect(chunks.at(-1)).toEqual({ error: { message: 'out of memory' } });
  });

  it.each([
    ['before its answer does', stream(say({ content: 'Half' }))],
    ['without an answer', '<html>Bad gateway</html>'],
    ['at once', ''],
  ])('fails when the stream ends %s', async (_, text) => {
    await expect(chunksOf(text)).rejects.toBeInstanceOf(ProviderUnreachableError);
  });

  it('has rates only of what took time', async () => {
    const [chunk] = await chunksOf(stream({ ...say({}), done: true }));
    expect(chunk?.usage).toMatchObject({ 'response_token/s': 'N/A', approximate_total: '0h0m0s', total_tokens: 0 });
  });
});

describe('toEventStream', () => {
  it('writes chunks as OpenAI does', async () => {
    const parts: Uint8Array[] = [];
    for await (const part of toEventStream(readChatChunks(cut(Buffer.from(stream(END)), []), 'm'))) parts.push(part);
    expect(Buffer.concat(parts).toString()).toMatch(/^data: \{"id":"m-[^\n]+\}\n\ndata: \[DONE\]\n\n$/);
  });
});

describe('OllamaReply', () => {
  it.each<[string, JsonObject, JsonObject, string]>([
    ['a text', { content: 'Hi' }, { content: 'Hi' }, 'stop'],
    ['thinking', { content: 'A', thinking: 'T' }, { content: 'A', reasoning_content: 'T' }, 'stop'],
    [
      'a call of a tool',
      { content: '', tool_calls: [{ id: 'c', function: { name: 'f', arguments: { a: 1 } } }] },
      { content: '', tool_calls: [call(0, 'c', 'f', '{"a":1}')] },
      'tool_calls',
    ],
  ])('gives %s as a completion', (_, message, expected, finish_reason) => {
    const completion = new OllamaReply('m').toCompletion({ ...END, message });
    expect(completion).toEqual({
      id: expect.stringMatching(/^m-/),
      created: expect.any(Number),
      model: 'm:1b',
      object: 'chat.completion',
      choices: [{ index: 0, logprobs: null, finish_reason, message: { role: 'assistant', ...expected } }],
      usage: USAGE,
    });
  });
});
