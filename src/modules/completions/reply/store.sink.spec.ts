import type { CompletionEvent } from '../../pipeline/completion-event';
import type { CompletionContext } from '../../pipeline/completion-context';
import { StoreSink } from './store.sink';

const INTERVAL = 500;
/** The first event makes the message. */
const begun = [
  { parentId: 'p', model: 'm', done: false },
  { moveCurrent: true, create: true },
];
const content = (text: string): CompletionEvent => ({ type: 'content', content: text });

function opened(patch = jest.fn().mockResolvedValue(undefined)) {
  const context = { request: { modelId: 'm', parentId: 'p', body: {} } } as unknown as CompletionContext;
  const [append, onEnd, onError] = [jest.fn(), jest.fn(), jest.fn()];
  const sink = new StoreSink(context, { patch, append, interval: () => INTERVAL, onEnd, onError });
  return { sink, patch, append, onEnd, onError };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('StoreSink', () => {
  it('writes the latest text once per interval, however often it grows', async () => {
    const { sink, patch } = opened();
    for (let count = 1; count <= 1000; count++) sink.write(content('x'.repeat(count)));
    await jest.advanceTimersByTimeAsync(INTERVAL);
    expect(patch.mock.calls).toEqual([begun, [{ content: 'x'.repeat(1000) }]]);
    await jest.advanceTimersByTimeAsync(10 * INTERVAL);
    expect(patch).toHaveBeenCalledTimes(2);
  });

  it('writes in order, one at a time', async () => {
    let finish = () => {};
    const patch = jest.fn().mockImplementationOnce(() => new Promise<void>((resolve) => (finish = resolve)));
    const { sink } = opened(patch);
    sink.write({ type: 'opened' });
    sink.write(content('text'));
    await jest.advanceTimersByTimeAsync(2 * INTERVAL);
    expect(patch.mock.calls).toEqual([begun]);
    finish();
    await jest.advanceTimersByTimeAsync(0);
    expect(patch.mock.calls[1]).toEqual([{ content: 'text' }]);
  });

  it('ends with the last write, and none after it', async () => {
    const { sink, patch, onEnd } = opened();
    sink.write({ type: 'usage', usage: { total_tokens: 1 } });
    sink.write(content('partial'));
    await sink.end({ state: 'complete', content: 'whole' });
    expect(onEnd).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(2 * INTERVAL);
    const whole = { content: 'whole', usage: { total_tokens: 1 }, done: true };
    expect(patch.mock.calls).toEqual([begun, [whole, {}]]);
  });

  it('creates the message for an error that comes before the reply', async () => {
    const { sink, patch } = opened();
    await sink.end({ state: 'failed', error: 'no' });
    expect(patch.mock.calls).toEqual([
      [
        { parentId: 'p', error: { content: 'no' }, done: true },
        { moveCurrent: true, create: true },
      ],
    ]);
  });

  it('continues after a failed write', async () => {
    const patch = jest.fn().mockRejectedValueOnce(new Error('down')).mockResolvedValue(undefined);
    const { sink, onError } = opened(patch);
    sink.write({ type: 'opened' });
    await sink.end({ state: 'stopped' });
    expect(onError).toHaveBeenCalledTimes(1);
    expect(patch).toHaveBeenLastCalledWith({ done: true }, {});
  });

  it('adds what events bring to the lists of the message', async () => {
    const { sink, append, patch } = opened();
    const events = [
      { type: 'status', data: { description: 'd' } },
      { type: 'source', data: { document: [] } },
      { type: 'source', data: { type: 'code_execution' } },
      { type: 'files', data: { files: [1] } },
      { type: 'notification', data: {} },
    ];
    for (const event of events) sink.write({ type: 'message', event });
    sink.write({ type: 'message', event: { type: 'chat:message:error', data: { error: { content: 'e' } } } });
    sink.write({ type: 'sources', sources: [{ id: 1 }] });
    await sink.end({ state: 'complete', content: '' });
    expect(append.mock.calls).toEqual([
      ['statusHistory', [{ description: 'd' }]],
      ['sources', [{ document: [] }]],
      ['files', [1]],
    ]);
    expect(patch.mock.calls.slice(0, 3)).toEqual([begun, [{ error: { content: 'e' } }], [{ sources: [{ id: 1 }] }]]);
  });
});
