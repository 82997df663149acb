import type { ProviderChunk } from '../providers/chat-provider';
import { ContentBlocks } from './content/content-blocks';
import { tagPairs } from './content/tag-pairs';
import { ReplyReader } from './reply-reader';

const delta = (value: object): ProviderChunk => ({ choices: [{ delta: value }] }) as ProviderChunk;
const told = (chunk: ProviderChunk) => ({ type: 'chunk', chunk });
const content = (text: string) => ({ type: 'content', content: text });

function read(chunks: ProviderChunk[], every = 1): unknown[] {
  const reader = new ReplyReader(new ContentBlocks('', tagPairs({}), () => 0), every);
  return [...chunks.flatMap((chunk) => [...reader.read(chunk)]), ...reader.finish()];
}

describe('ReplyReader', () => {
  const first = delta({ role: 'assistant', content: '' });
  const last = delta({});

  it('tells chunks without text as they came, the others as all text so far', () => {
    expect(read([first, delta({ content: 'a' }), delta({ content: 'b' }), last])).toEqual([
      ...[told(first), content('a'), content('ab'), told(last)],
    ]);
  });

  it('counts every delta, tells the latest, and a chunk without delta at once', () => {
    const call = delta({ tool_calls: [{ index: 0 }] });
    expect(read([first, delta({ content: 'a' }), delta({ content: 'b' }), last, call], 2)).toEqual([
      ...[content('a'), told(last), told(call)],
    ]);
    expect(read([delta({ content: 'a' }), last], 5)).toEqual([told(last), content('a')]);
  });

  it.each(['reasoning_content', 'reasoning', 'thinking'])('takes reasoning from %s', (key) => {
    expect(read([delta({ [key]: 'why' })])).toEqual([
      content('<details type="reasoning" done="false">\n<summary>Thinking…</summary>\n&gt; why\n</details>'),
    ]);
  });

  it('tells usage, with the timings beside it', () => {
    expect(read([{ choices: [], usage: { total_tokens: 3 }, timings: { ms: 1 } }])).toEqual([
      { type: 'usage', usage: { total_tokens: 3, ms: 1 } },
    ]);
    expect(read([{ choices: [], usage: null }])).toEqual([]);
  });

  it('tells errors and events of the provider', () => {
    expect(read([{ error: { message: 'x' } }, { event: { type: 'status', data: 1 } }, { event: 'no' }])).toEqual([
      { type: 'error', error: { message: 'x' } },
      { type: 'custom', event: { type: 'status', data: 1 } },
    ]);
  });

  it('survives chunks of any form', () => {
    const odd = [
      { choices: [null] },
      { choices: 'x' },
      { choices: [{ delta: null }] },
      { choices: [{ delta: { content: 5 } }] },
    ];
    expect(() => read(odd as unknown as ProviderChunk[])).not.toThrow();
  });
});
