import { SandboxError, type SandboxOutcome } from '../../sandbox/sandbox.types';
import { toCompletion, toEventStream } from './pipe-reply';

async function* each(...items: unknown[]): AsyncGenerator<unknown, void> {
  for (const item of items) {
    if (item instanceof Error) throw item;
    yield await Promise.resolve(item);
  }
}
const streamOf = (...items: unknown[]): SandboxOutcome => ({ kind: 'stream', items: each(...items) });
const value = (of: unknown): SandboxOutcome => ({ kind: 'value', value: of });
const response = (body: string): SandboxOutcome => ({ kind: 'response', status: 200, headers: {}, body });

async function textOf(outcome: SandboxOutcome): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of toEventStream(outcome, 'm')) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** The data of each event; of chunks their text, or how they end. */
async function eventsOf(outcome: SandboxOutcome): Promise<unknown[]> {
  const events = (await textOf(outcome)).split('\n\n').filter((event) => event.trim() !== '');
  return events.map((event) => {
    if (!event.startsWith('data:')) return event;
    const data = event.slice(5).trim();
    if (!data.includes('chat.completion.chunk')) return data;
    const [choice] = (JSON.parse(data) as { choices: { delta: { content?: string }; finish_reason: string }[] })
      .choices;
    return { text: choice?.delta.content ?? choice?.finish_reason };
  });
}

const text = (content: string) => ({ text: content });

describe('toEventStream', () => {
  it.each<[string, SandboxOutcome, unknown[]]>([
    ['text is a chunk, then the end', value('hi'), [text('hi'), text('stop'), '[DONE]']],
    ['nothing is an empty chunk', value(null), [text(''), text('stop'), '[DONE]']],
    ['a number is text', value(5), [text('5'), text('stop'), '[DONE]']],
    ['an object is one event', value({ a: 1 }), ['{"a":1}']],
    ['a response of JSON is one event', response('{"a":1}'), ['{"a":1}']],
    ['a response of text is a chunk', response('<p>'), [text('<p>'), text('stop'), '[DONE]']],
    [
      'texts of a generator are chunks',
      streamOf('a', '', '\n\n', 'b'),
      [text('a'), text('\n\n'), text('b'), text('stop'), '[DONE]'],
    ],
    ['objects of a generator are events', streamOf({ a: 1 }, { b: 2 }), ['{"a":1}', '{"b":2}', '[DONE]']],
    [
      'lines pass without their line breaks',
      streamOf('data: {"a":1}', '', 'data: {"b":2}'),
      ['{"a":1}', '{"b":2}', '[DONE]'],
    ],
    ['lines pass with their line breaks', streamOf('data: {"a":1}\n\n', 'data: [DONE]\n\n'), ['{"a":1}', '[DONE]']],
    [
      'parts of lines are joined',
      streamOf('data: {"a"', ':1}\n', '\ndata: {"b":2}\n\nda', 'ta: {"c":3}\n\n'),
      ['{"a":1}', '{"b":2}', '{"c":3}', '[DONE]'],
    ],
    ['the end may be in parts', streamOf('data: {"a":"}"}\n\nda', 'ta: [DO', 'NE]\n\n'), ['{"a":"}"}', '[DONE]']],
    ['text may follow lines', streamOf('data: {"a":1}\n\n', 'tail'), ['{"a":1}', text('tail'), text('stop'), '[DONE]']],
    ['an empty generator ends', streamOf(), ['[DONE]']],
    ['comments between lines pass', streamOf('data: {"a":1}\n\n', ': ping\n\n'), ['{"a":1}', ': ping', '[DONE]']],
  ])('%s', async (_, outcome, events) => {
    expect(await eventsOf(outcome)).toEqual(events);
  });

  it.each([
    ['JSON', ['data: {"text":"', ...Array.from({ length: 500 }, () => '}word {"'), '"}', '\n\n']],
    ['no JSON', ['data: {}x', ...Array.from({ length: 500 }, () => '{}x'), '\n\n']],
  ])('does not parse a line of %s again with every piece', async (_, pieces) => {
    const parse = jest.spyOn(JSON, 'parse');
    const text = await textOf(streamOf(...pieces));
    const { length } = parse.mock.calls;
    parse.mockRestore();
    expect(text.startsWith(pieces.slice(0, -1).join(''))).toBe(true);
    expect(length).toBeLessThan(50);
  });

  it('has ids, the model and all keys that clients read', async () => {
    const [first] = (await textOf(value('hi'))).split('\n\n');
    expect(JSON.parse(first?.slice(6) ?? '')).toEqual({
      id: expect.stringMatching(/^m-[0-9a-f-]{36}$/),
      created: expect.any(Number),
      model: 'm',
      choices: [{ index: 0, logprobs: null, finish_reason: null, delta: { content: 'hi' } }],
      object: 'chat.completion.chunk',
    });
  });

  it('ends with the message of a failure', async () => {
    const failure = new SandboxError('raised', 'no more');
    expect(await eventsOf(streamOf('a', failure))).toEqual([text('a'), '{"error":{"detail":"no more"}}']);
    await expect(textOf(streamOf('a', new Error('aborted')))).rejects.toThrow('aborted');
  });
});

describe('toCompletion', () => {
  const contentOf = async (outcome: SandboxOutcome) =>
    (await toCompletion(outcome, 'm')) as { choices: { message: { content: string } }[] };

  it.each<[string, SandboxOutcome, string]>([
    ['text', value('hi'), 'hi'],
    ['nothing', value(null), ''],
    ['a list', value([1, 'a']), '[1,"a"]'],
    ['a response of text', response('hi'), 'hi'],
    ['texts of a generator', streamOf('a', 'b'), 'ab'],
    [
      'lines of an event stream',
      streamOf(
        'data: {"choices":[{"delta":{"content":"x"}}]}\n\n',
        'data: {"choices":[{"delta":{"content":"y"}}]}\n\n',
      ),
      'xy',
    ],
    ['objects of a generator', streamOf({ choices: [{ delta: { content: 'x' } }] }, 'y'), 'xy'],
  ])('of %s', async (_, outcome, content) => {
    expect((await contentOf(outcome)).choices[0]?.message.content).toBe(content);
  });

  it('has the form of the contract', async () => {
    expect(await toCompletion(value('hi'), 'm')).toEqual({
      id: expect.stringMatching(/^m-/),
      created: expect.any(Number),
      model: 'm',
      choices: [{ index: 0, logprobs: null, finish_reason: 'stop', message: { role: 'assistant', content: 'hi' } }],
      object: 'chat.completion',
    });
  });

  it('leaves objects unchanged', async () => {
    const body = { choices: [], extra: 1 };
    expect(await toCompletion(value(body), 'm')).toBe(body);
    expect(await toCompletion(response('{"a":1}'), 'm')).toEqual({ a: 1 });
  });

  it('throws what the generator throws', async () => {
    await expect(toCompletion(streamOf('a', new SandboxError('raised', 'no')), 'm')).rejects.toThrow('no');
  });
});
