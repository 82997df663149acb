import type { JsonObject } from '../../../common/util/json';
import type { CompletionEvent } from '../../pipeline/completion-event';
import type { MessageEvent } from '../../pipeline/message-event';
import { SocketsSink } from './sockets.sink';

/** A sink on a controlled clock, and the data of what it sent. */
function opened(interval = 0) {
  const sent: MessageEvent[] = [];
  const sink = new SocketsSink({
    send: (event) => void sent.push(event),
    title: () => Promise.resolve('Title'),
    interval: () => interval,
  });
  const texts = () => sent.flatMap(({ data }) => ((data as { content?: string }).content ?? []) as string);
  return { sink, sent, texts };
}

const content = (text: string): CompletionEvent => ({ type: 'content', content: text });
const chunk = (delta: JsonObject): CompletionEvent => ({ type: 'chunk', chunk: { choices: [{ index: 0, delta }] } });

/** Writes one token each 20 ms: 50 a second. */
function paced(sink: SocketsSink, tokens: number, token = 'word '): string {
  let text = '';
  for (let count = 0; count < tokens; count++) {
    sink.write(content((text += token)));
    jest.advanceTimersByTime(20);
  }
  return text;
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('SocketsSink', () => {
  it('sends the deltas of a short reply one by one, as they come', () => {
    const { sink, texts } = opened();
    for (const text of ['a', 'ab', 'abc']) sink.write(content(text));
    expect(texts()).toEqual(['a', 'ab', 'abc']);
  });

  it('sends at most 60 events in any second, the latest text at last', async () => {
    const { sink, sent, texts } = opened();
    const times: number[] = [];
    let text = '';
    for (let ms = 0; ms < 3000; ms++) {
      sink.write(content((text += 'x')));
      sink.write({ type: 'usage', usage: { total_tokens: ms } });
      jest.advanceTimersByTime(1);
      while (times.length < sent.length) times.push(ms);
    }
    for (let from = 0; from < 2000; from++)
      expect(times.filter((time) => time >= from && time < from + 1000).length).toBeLessThanOrEqual(60);
    await sink.end({ state: 'complete', content: text });
    expect(texts().slice(-2)).toEqual([text, text]);
    expect(sent.at(-1)).toEqual({ type: 'chat:completion', data: { done: true, content: text, title: 'Title' } });
  });

  it('sends bytes in proportion to the length of the reply', () => {
    const bytesOf = (tokens: number) => {
      const { sink, sent } = opened();
      paced(sink, tokens);
      return sent.reduce((sum, { data }) => sum + JSON.stringify(data).length, 0) / tokens;
    };
    const [short, long] = [bytesOf(1000), bytesOf(20_000)];
    expect(long).toBeLessThan(2 * short);
  });

  it('sends what is held when the text pauses', () => {
    const { sink, texts } = opened();
    const text = paced(sink, 2000);
    jest.advanceTimersByTime(1000);
    expect(texts().at(-1)).toBe(text);
  });

  it('makes room for the replies that run beside it', () => {
    const { sink, sent } = opened(500);
    paced(sink, 500);
    expect(sent.length).toBeLessThan(25);
  });

  it('keeps the order of texts and of what does not wait', async () => {
    const { sink, sent } = opened();
    paced(sink, 100);
    sent.length = 0;
    sink.write(content('held'));
    sink.write({ type: 'message', event: { type: 'message', data: { content: ' more' } } });
    sink.write(content('held more'));
    sink.write(chunk({}));
    sink.write(content('end'));
    sink.write({ type: 'error', error: 'no' });
    await sink.end({ state: 'failed', error: 'no' });
    expect(sent).toEqual([
      { type: 'chat:completion', data: { content: 'held' } },
      { type: 'message', data: { content: ' more' } },
      { type: 'chat:completion', data: { content: 'held more' } },
      { type: 'chat:completion', data: { choices: [{ index: 0, delta: {} }] } },
      { type: 'chat:completion', data: { content: 'end' } },
      { type: 'chat:completion', data: { error: { message: 'no' } } },
      { type: 'chat:message:error', data: { error: { content: 'no' } } },
      { type: 'chat:tasks:cancel' },
    ]);
  });

  it('drops parts of tool calls that come too fast, and no image or selected model', () => {
    const { sink, sent } = opened();
    for (let count = 0; count < 200; count++) sink.write(chunk({ tool_calls: [{ index: 0 }] }));
    expect(sent.length).toBeLessThan(60);
    sent.length = 0;
    sink.write(chunk({ images: [] }));
    sink.write({ type: 'chunk', chunk: { selected_model_id: 'm' } });
    expect(sent.slice(-2).map(({ data }) => data)).toEqual([
      { choices: [{ index: 0, delta: { images: [] } }] },
      { selected_model_id: 'm' },
    ]);
  });
});
