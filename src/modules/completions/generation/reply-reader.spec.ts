import type { ProviderChunk } from '../../providers/chat-provider';
import { ContentBlocks } from '../content/content-blocks';
import { tagPairs } from '../content/tag-pairs';
import { ReplyError } from './reply-error';
import { ReplyReader, type ReaderOptions } from './reply-reader';

const delta = (value: object): ProviderChunk => ({ choices: [{ delta: value }] }) as ProviderChunk;
const passedOn = (chunk: ProviderChunk) => ({ type: 'chunk', chunk });
const content = (text: string) => ({ type: 'content', content: text });

function drain(events: Iterable<unknown>): void {
  Array.from(events);
}

function readerWith(options: Partial<ReaderOptions> = {}) {
  const reply = new ContentBlocks('', tagPairs({}), () => 0);
  const refused: string[] = [];
  const onRefusedEvent = (type: string) => void refused.push(type);
  const reader = new ReplyReader(reply, { deltaChunkSize: 1, takesEvents: true, onRefusedEvent, ...options });
  return { reply, refused, reader };
}

function read(chunks: unknown[], deltaChunkSize = 1): unknown[] {
  const { reader } = readerWith({ deltaChunkSize });
  return [...chunks.flatMap((chunk) => [...reader.read(chunk as ProviderChunk)]), ...reader.flush()];
}

describe('ReplyReader', () => {
  const first = delta({ role: 'assistant', content: '' });
  const last = delta({});

  it('passes on chunks without text as they came, the others as all text so far', () => {
    expect(read([first, delta({ content: 'a' }), delta({ content: 'b' }), last])).toEqual([
      ...[passedOn(first), content('a'), content('ab'), passedOn(last)],
    ]);
  });

  it('counts every delta, passes on the latest, and a chunk without delta at once', () => {
    const call = delta({ tool_calls: [{ index: 0 }] });
    expect(read([first, delta({ content: 'a' }), delta({ content: 'b' }), last, call], 2)).toEqual([
      ...[content('a'), passedOn(last), passedOn(call)],
    ]);
    expect(read([delta({ content: 'a' }), last], 5)).toEqual([passedOn(last), content('a')]);
  });

  it.each(['reasoning_content', 'reasoning', 'thinking'])('takes reasoning from %s', (key) => {
    expect(read([delta({ [key]: 'why' })])).toEqual([
      content('<details type="reasoning" done="false">\n<summary>Thinking…</summary>\n&gt; why\n</details>'),
    ]);
  });

  it('merges usage that comes in parts', () => {
    const parts = [
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 0 } },
      { choices: [], usage: { prompt_tokens: null, completion_tokens: 5 }, timings: { ms: 1 } },
      { choices: [], x_groq: { usage: { total_tokens: 8 } } },
    ];
    const usage = { prompt_tokens: 3, completion_tokens: 5, ms: 1, total_tokens: 8 };
    expect(read(parts).at(-1)).toEqual({ type: 'usage', usage });
    expect(read([{ choices: [], usage: null }])).toEqual([]);
  });

  it('reads only the choice of index 0', () => {
    const choice = (index: number, text: string) => ({ index, delta: { content: text } });
    const chunks = [
      { choices: [choice(1, 'x'), choice(0, 'a')] },
      { choices: [choice(1, 'y')] },
      { choices: [choice(0, 'b')] },
      {
        choices: [
          { index: 1, delta: {} },
          { index: 0, delta: {} },
        ],
      },
    ];
    const end = passedOn({ choices: [{ index: 0, delta: {} }] });
    expect(read(chunks)).toEqual([content('a'), content('ab'), end]);
  });

  it.each([
    ['parts', { content: [{ type: 'text', text: 'a' }, 'b', { type: 'output_text', text: 'c' }] }],
    ['a refusal', { content: null, refusal: 'abc' }],
    ['one part without a list', { content: { type: 'text', text: 'abc' } }],
    ['other keys', { content: [{ text: { value: 'a' } }, { type: 'text', content: 'b' }, { refusal: 'c' }] }],
  ])('takes the text of %s', (_, value) => {
    expect(read([delta(value)])).toEqual([content('abc')]);
  });

  it('takes a message in place of a delta, and the legacy text', () => {
    expect(read([{ choices: [{ message: { content: 'whole' } }] }])).toEqual([content('whole')]);
    expect(read([{ choices: [{ index: '0', text: 'legacy' }] }])).toEqual([content('legacy')]);
  });

  it('takes reasoning from parts', () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'hmm' }] };
    const { reader, reply } = readerWith();
    for (const chunk of [delta({ content: [thinking] }), delta({ content: 'so' })]) drain(reader.read(chunk));
    expect(reply.blocks).toMatchObject([{ text: '' }, { type: 'reasoning', text: 'hmm' }, { text: 'so' }]);
  });

  it('collects images, and calls that come in parts', () => {
    const { reader } = readerWith();
    const call = (value: object) => delta({ tool_calls: [value] });
    const chunks = [
      delta({ images: [{ type: 'image_url', image_url: { url: 'data:x' } }, { url: 'data:y' }, 'data:z'] }),
      call({ index: 0, id: 'c', function: { name: 'f', arguments: '{"a"' } }),
      call({ index: 0, function: { arguments: ':1}' } }),
      call({ function: { name: 'no index' } }),
    ];
    for (const chunk of chunks) drain(reader.read(chunk));
    expect([reader.takeImages(), reader.takeImages()]).toEqual([['data:x', 'data:y', 'data:z'], []]);
    expect(reader.takeCalls()).toEqual([{ id: 'c', name: 'f', arguments: '{"a":1}' }]);
    expect(reader.takeCalls()).toEqual([]);
  });

  const failed = { message: 'x', code: 502 };
  const end = { index: 0, delta: {}, finish_reason: 'error' };
  it.each([
    ['error', { error: failed }, failed],
    ['a string', { error: 'x' }, 'x'],
    ['error beside choices', { error: failed, choices: [end] }, failed],
    ['error inside a choice', { choices: [{ ...end, error: failed }] }, failed],
    ['error inside a delta', { choices: [{ index: 0, delta: { error: failed } }] }, failed],
    ['error inside a message', { choices: [{ message: { content: null, error: failed } }] }, failed],
    ['a list of errors', { success: false, errors: [{ message: 'x' }, { message: 'y' }], result: null }, 'x; y'],
    ['success: false', { success: false, message: 'x' }, { message: 'x' }],
    ['a message alone', { message: 'Forbidden' }, { message: 'Forbidden' }],
    ['only its finish_reason', { choices: [end] }, { message: expect.stringMatching(/error/) }],
    ['object: error', { object: 'error', message: 'x', code: 400 }, { message: 'x', code: 400 }],
    ['code and message', { code: 'Invalid', message: 'x', request_id: 'r' }, { message: 'x', code: 'Invalid' }],
    ['detail', { detail: [{ loc: ['body', 'n'], msg: 'bad' }] }, 'n: bad'],
  ])('finds a failure: %s', (_, chunk, error) => {
    expect(read([delta({ content: 'part' }), chunk]).at(-1)).toEqual({ type: 'error', error });
    const { reader } = readerWith();
    expect(() => [...reader.readWhole(chunk)]).toThrow(ReplyError);
  });

  it('finds no failure in what merely looks like one', () => {
    const chunks = [
      { code: 1 },
      { message: { content: 'x' } },
      { error: null, choices: [] },
      { type: 'ping' },
      { errors: [] },
    ];
    expect(read(chunks)).toEqual([]);
  });

  const status = { type: 'status', data: { description: 'd' } };
  it.each([
    [status, true],
    [{ type: 'message', data: { content: 'm' } }, true],
    [{ type: 'files', data: { files: [] } }, true],
    [{ type: 'citation', data: {} }, true],
    [{ type: 'notification', data: {} }, true],
    [{ type: 'chat:completion', data: { sources: [] } }, true],
    [{ type: 'chat:completion', data: { content: 'x' } }, true],
    [{ type: 'chat:completion', data: { done: true } }, false],
    [{ type: 'chat:completion', data: { error: 'a string' } }, false],
    [{ type: 'chat:completion', data: null }, false],
    [{ type: 'chat:title', data: 'x' }, false],
    [{ type: 'execute', data: { code: 'alert(1)' } }, false],
    [{ type: 'execute:tool', data: {} }, false],
    [{ type: 'input', data: {} }, false],
    [{ type: 'constructor', data: {} }, false],
  ])('passes on %j: %s', (event, isAllowed) => {
    const { reader, refused } = readerWith();
    const expected = isAllowed ? [{ type: 'message', event }] : [];
    expect([...reader.read({ event })]).toEqual(expected);
    expect(refused).toEqual(isAllowed ? [] : [event.type]);
  });

  it('passes on no event of a source that may send none', () => {
    const { reader, refused } = readerWith({ takesEvents: false });
    expect([...reader.read({ event: status })]).toEqual([]);
    expect(refused).toEqual(['status']);
  });

  it('takes text that the provider adds or replaces by event', () => {
    const { reader, reply } = readerWith();
    const send = (type: string, text: string) => drain(reader.read({ event: { type, data: { content: text } } }));
    drain(reader.read(delta({ content: 'a' })));
    send('message', 'b');
    expect(reply.content).toBe('ab');
    send('replace', 'c');
    expect(reply.content).toBe('c');
  });

  it('survives chunks of any form', () => {
    const odd = [
      { choices: [null] },
      { choices: 'x' },
      { choices: [{ delta: null }] },
      { choices: [{ delta: { content: 5 } }] },
    ];
    expect(() => read(odd)).not.toThrow();
  });
});
