import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { ReplyReader } from '../../../src/modules/completions/generation/reply-reader';
import { ContentBlocks } from '../../../src/modules/completions/content/content-blocks';
import type { CompletionEvent } from '../../../src/modules/pipeline/completion-event';
import type { ProviderChunk, ProviderDelta } from '../../../src/modules/providers/chat-provider';
import { readChunks } from '../../../src/modules/providers/responses/event-stream';
import { CallMeter, type CallResult } from '../../../src/modules/providers/usage/call-meter';

const DIRECTORY = join(__dirname, 'streams');
const bytesOf = (name: string): Buffer => readFileSync(join(DIRECTORY, `${name}.sse`));

/** What a reader makes of a stream. */
interface Reading {
  text: string;
  reasoning?: string;
  tools?: [name: string, toolArguments: string][];
  finish?: string;
  error?: string;
  /** Input, output and cached tokens. */
  tokens?: (number | null)[];
  status?: number;
}

const READINGS: Record<string, Reading> = {
  'openai-text': { text: 'Grüße aus 東京 👩🏽‍🚀!', finish: 'stop', tokens: [1117, 46, 1024] },
  'openai-tools': {
    text: '',
    tools: [
      ['get_weather', '{"city": "Zürich"}'],
      ['get_time', '{"zone": "CET"}'],
    ],
    finish: 'tool_calls',
    tokens: [1117, 46, 0],
  },
  'azure-text': { text: 'Bonjour à tous', finish: 'stop', tokens: [12, 4, null] },
  'azure-filtered': { text: 'How to', finish: 'content_filter' },
  'openrouter-reasoning': {
    ...{ text: 'Hallo Welt', reasoning: 'The user greets — ok', finish: 'stop', tokens: [6, 19, 0] },
  },
  'deepseek-reasoning': {
    ...{ text: '9.8 is larger', reasoning: '9.11 vs 9.8 …', finish: 'stop', tokens: [13, 24, 8] },
  },
  'error-in-the-middle': {
    text: 'The answer ist häl',
    error: 'The server had an error while processing your request. Sorry about that!',
    status: 502,
  },
  'error-with-event': { text: 'Half', error: 'Overloaded', status: 529 },
  'llama-cpp': { text: '¡Hola!', finish: 'stop', tokens: [11, 5, null] },
  unfinished: { text: 'cut' },
};

const names = Object.keys(READINGS);

async function* cut(bytes: Buffer, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...new Set([...places, bytes.length])].sort((a, b) => a - b);
  for (const [index, end] of ends.entries()) yield bytes.subarray(ends[index - 1] ?? 0, end);
}

async function chunksOf(name: string, places: readonly number[] = []): Promise<ProviderChunk[]> {
  const chunks: ProviderChunk[] = [];
  for await (const chunk of readChunks(cut(bytesOf(name), places))) chunks.push(chunk);
  return chunks;
}

/** The account of a stream whose bytes pass through unread. */
async function accountOf(name: string, places: readonly number[] = []): Promise<CallResult | undefined> {
  const results: CallResult[] = [];
  const meter = new CallMeter(new AbortController().signal, (result) => results.push(result));
  const passed: Uint8Array[] = [];
  for await (const part of meter.raw(cut(bytesOf(name), places))) passed.push(part);
  expect(Buffer.concat(passed).equals(bytesOf(name))).toBe(true);
  return results[0];
}

/** What a reply over sockets becomes. */
function reply(chunks: ProviderChunk[]): { content: string; events: CompletionEvent[] } {
  const blocks = new ContentBlocks('', []);
  const reader = new ReplyReader(blocks, { deltaChunkSize: 1, takesEvents: true, onRefusedEvent: () => undefined });
  const events = [...chunks.flatMap((chunk) => [...reader.read(chunk)]), ...reader.flush()];
  blocks.finish();
  return { content: blocks.content, events };
}

const deltasOf = (chunks: ProviderChunk[]): ProviderDelta[] => chunks.map(({ choices }) => choices?.[0]?.delta ?? {});

function toolsOf(chunks: ProviderChunk[]): [string, string][] {
  const calls: [string, string][] = [];
  for (const { index = 0, function: part } of deltasOf(chunks).flatMap(({ tool_calls: parts }) => parts ?? [])) {
    const call = (calls[index] ??= ['', '']);
    call[0] += part?.name ?? '';
    call[1] += part?.arguments ?? '';
  }
  return calls;
}

it('reads every stream that is kept', () => {
  expect(readdirSync(DIRECTORY).sort()).toEqual(names.map((name) => `${name}.sse`).sort());
});

describe.each(Object.entries(READINGS))('%s', (name, expected) => {
  it('is read', async () => {
    const chunks = await chunksOf(name);
    const text = deltasOf(chunks).map(({ content }) => content ?? '');
    const reasoning = deltasOf(chunks).map((delta) => delta.reasoning_content ?? delta.reasoning ?? '');
    const finish = chunks.map(({ choices }) => choices?.[0]?.finish_reason).find(Boolean);
    const error = chunks.map(({ error: failure }) => failure as { message?: string } | undefined).find(Boolean);
    expect(text.join('')).toBe(expected.text);
    expect(reasoning.join('')).toBe(expected.reasoning ?? '');
    expect(toolsOf(chunks)).toEqual(expected.tools ?? []);
    expect([finish ?? undefined, error?.message]).toEqual([expected.finish, expected.error]);
  });

  it('becomes a reply', async () => {
    const { content, events } = reply(await chunksOf(name));
    const reasoning = expected.reasoning === undefined ? '' : `\n&gt; ${expected.reasoning}\n</details>\n`;
    expect(content.endsWith(reasoning + expected.text)).toBe(true);
    expect(content.startsWith('<details type="reasoning" done="true"')).toBe(expected.reasoning !== undefined);
    const failures = events.filter(({ type }) => type === 'error');
    expect(failures).toHaveLength(expected.error === undefined ? 0 : 1);
    expect(events.some(({ type }) => type === 'usage')).toBe(expected.tokens !== undefined);
  });

  it('is accounted when it passes through unread', async () => {
    const [input, output, cached] = expected.tokens ?? [null, null, null];
    const account = await accountOf(name);
    expect([account?.tokens, account?.status]).toEqual([{ input, output, cached }, expected.status ?? 200]);
  });

  it('is the same wherever its bytes are cut', async () => {
    const whole = await chunksOf(name);
    const account = await accountOf(name);
    const { length } = bytesOf(name);
    // Compared as texts: a thousand comparisons of objects take seconds.
    const text = JSON.stringify(whole);
    for (let place = 1; place < length; place++) expect(JSON.stringify(await chunksOf(name, [place]))).toBe(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: length })), async (places) => {
        expect(JSON.stringify(await chunksOf(name, places))).toBe(text);
        expect(await accountOf(name, places)).toMatchObject({ tokens: account?.tokens, status: account?.status });
      }),
      { numRuns: 30 },
    );
    const everyByte = Array.from({ length }, (_, place) => place);
    expect(await chunksOf(name, everyByte)).toEqual(whole);
    expect(reply(await chunksOf(name, everyByte)).content).toBe(reply(whole).content);
  });
});
