import type { JsonObject } from '../../../../common/util/json';
import { ContentBlocks } from '../../content/content-blocks';
import { changed, type TextChange } from '../../content/growing-text';
import { tagPairs } from '../../content/tag-pairs';
import { ReplyStream, type StreamItem } from './reply-stream';
import { StreamSink } from './stream.sink';

const NEVER = new AbortController().signal;

/** A reply on a controlled clock. */
function started(stored: JsonObject = {}) {
  const stream = new ReplyStream('user', 'task');
  const text = typeof stored.content === 'string' ? stored.content : '';
  const blocks = new ContentBlocks(text, tagPairs({}), () => 0);
  const sink = new StreamSink(stream, blocks, stored, { interval: () => 0 });
  const grow = (delta: string) => {
    blocks.appendText(delta);
    sink.write({ type: 'content', content: blocks.content });
  };
  const end = () => {
    blocks.finish();
    sink.end({ state: 'complete', content: blocks.content });
  };
  return { stream, blocks, sink, grow, end };
}

/** What a client makes of the items: its message, the numbers, and the last event. */
function read(items: readonly StreamItem[], message: JsonObject = {}) {
  const seqs: number[] = [];
  for (const { seq, data } of items) {
    if (seq !== undefined) seqs.push(seq);
    const { type } = data;
    if (type === 'chat:snapshot') message = (data.data as { message: JsonObject }).message;
    if (type === 'chat:delta')
      message = { ...message, content: changed(message.content as string, data.data as TextChange) };
  }
  return { message, seqs, last: items.at(-1)?.data };
}

const all = async (items: AsyncIterable<StreamItem>): Promise<StreamItem[]> => {
  const list: StreamItem[] = [];
  for await (const item of items) list.push(item);
  return list;
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('ReplyStream', () => {
  it('numbers deltas that rebuild the text, whatever tags it has', async () => {
    const { stream, blocks, grow, end } = started();
    const items = all(stream.follow(undefined, NEVER));
    for (const delta of ['Hi <th', 'ink>why\n', 'so</think', '>\n\nAnd ', 'so.']) grow(delta);
    end();
    const { message, seqs, last } = read(await items);
    expect(message.content).toBe(blocks.content);
    expect(seqs).toEqual(seqs.map((_, index) => index));
    expect(last).toEqual({ type: 'chat:completion', data: { done: true } });
  });

  it('coalesces deltas: at most 60 events a second, and bytes in proportion to the text', async () => {
    const { stream, grow, end } = started();
    const items = all(stream.follow(undefined, NEVER));
    for (let ms = 0; ms < 10_000; ms++) {
      grow('x');
      jest.advanceTimersByTime(1);
    }
    end();
    const found = await items;
    expect(found.length).toBeLessThan(340);
    expect(read(found).message.content).toBe('x'.repeat(10_000));
    expect(JSON.stringify(found).length).toBeLessThan(10_000 + 100 * found.length);
  });

  it('resumes after any event without a gap or a duplicate', async () => {
    const { stream, sink, grow, end } = started({ content: 'Before. ' });
    const whole = all(stream.follow(undefined, NEVER));
    grow('one ');
    sink.write({ type: 'message', event: { type: 'status', data: { description: 'd' } } });
    grow('two ');
    const resumed = [0, 1, 2, 3].map((seq) => all(stream.follow({ taskId: 'task', seq }, NEVER)));
    grow('three');
    end();
    const expected = await whole;
    for (const [seq, items] of (await Promise.all(resumed)).entries()) expect(items).toEqual(expected.slice(seq + 1));
  });

  it('sends the state when the position is unknown: of another reply, of the future, or no longer held', async () => {
    const { stream, sink, grow, end } = started({
      content: 'Before.',
      statusHistory: [{ description: 'old' }],
      done: true,
    });
    sink.write({ type: 'message', event: { type: 'status', data: { description: 'new' } } });
    sink.write({ type: 'sources', sources: [{ source: {} }] });
    sink.write({ type: 'usage', usage: { total_tokens: 1 } });
    for (let count = 0; count < 20; count++) {
      grow('y'.repeat(10_000));
      jest.advanceTimersByTime(1000);
    }
    const positions = [
      { taskId: 'other', seq: 1 },
      { taskId: 'task', seq: 1000 },
      { taskId: 'task', seq: 1 },
    ];
    for (const position of positions) {
      const follower = new AbortController();
      const items = all(stream.follow(position, follower.signal));
      follower.abort();
      const [first] = await items;
      expect(first?.data).toMatchObject({
        type: 'chat:snapshot',
        data: {
          message: {
            content: `Before.${'y'.repeat(200_000)}`,
            statusHistory: [{ description: 'old' }, { description: 'new' }],
            sources: [{ source: {} }],
            usage: { total_tokens: 1 },
            done: false,
          },
        },
      });
    }
    end();
  });

  it('ends readers that come at the end, and after it', async () => {
    const { stream, grow, end } = started();
    grow('all');
    end();
    const items = await all(stream.follow(undefined, NEVER));
    expect(read(items)).toMatchObject({ message: { content: 'all' }, last: { data: { done: true } } });
    expect((await all(stream.follow({ taskId: 'task', seq: 2 }, NEVER))).length).toBe(0);
  });

  it('drops a reader that does not read, and only that one', async () => {
    const { stream, grow, end } = started();
    const slow = stream.follow(undefined, NEVER);
    const fast = all(stream.follow(undefined, NEVER));
    for (let count = 0; count < 10; count++) {
      grow('z'.repeat(1_000_000));
      await jest.advanceTimersByTimeAsync(1000);
    }
    end();
    expect(read(await fast).message.content).toHaveLength(10_000_000);
    const late = await all(slow);
    expect(read(late).last).not.toEqual({ type: 'chat:completion', data: { done: true } });
    expect(JSON.stringify(late).length).toBeLessThan(6_000_000);
  });

  it('says how a reply ended that was stopped or failed', async () => {
    for (const [end, types] of [
      [{ state: 'stopped' }, ['chat:tasks:cancel']],
      [{ state: 'failed', error: 'no' }, ['chat:message:error', 'chat:tasks:cancel']],
    ] as const) {
      const { stream, sink } = started();
      const items = all(stream.follow(undefined, NEVER));
      sink.end(end);
      expect((await items).slice(1).map(({ data }) => data.type)).toEqual(types);
    }
  });
});
