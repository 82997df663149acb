import { ReplyWriter } from './reply-writer';

const INTERVAL = 500;

function writer(save = jest.fn().mockResolvedValue(undefined)) {
  const onError = jest.fn();
  return { save, onError, writer: new ReplyWriter(save, () => INTERVAL, onError) };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('ReplyWriter', () => {
  it('writes the latest text once per interval, however often it grows', async () => {
    const { save, writer: reply } = writer();
    let text = '';
    for (let count = 0; count < 1000; count++) {
      text += 'x';
      reply.update(() => text);
    }
    expect(save).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(INTERVAL);
    expect(save.mock.calls).toEqual([[{ content: 'x'.repeat(1000) }]]);
    await jest.advanceTimersByTimeAsync(10 * INTERVAL);
    expect(save).toHaveBeenCalledTimes(1);
  });

  it('writes in order, one at a time', async () => {
    let finish = () => {};
    const save = jest.fn().mockImplementationOnce(() => new Promise<void>((resolve) => (finish = resolve)));
    const { writer: reply } = writer(save);
    reply.begin({ model: 'm' });
    reply.update(() => 'text');
    await jest.advanceTimersByTimeAsync(2 * INTERVAL);
    expect(save.mock.calls).toEqual([[{ model: 'm' }, { moveCurrent: true }]]);
    finish();
    await jest.advanceTimersByTimeAsync(0);
    expect(save.mock.calls[1]).toEqual([{ content: 'text' }]);
  });

  it('ends with the last write, and none after it', async () => {
    const { save, writer: reply } = writer();
    reply.update(() => 'partial');
    await reply.end({ content: 'whole', done: true });
    await jest.advanceTimersByTimeAsync(2 * INTERVAL);
    expect(save.mock.calls).toEqual([[{ content: 'whole', done: true }]]);
  });

  it('goes on after a failed write', async () => {
    const save = jest.fn().mockRejectedValueOnce(new Error('down')).mockResolvedValue(undefined);
    const { onError, writer: reply } = writer(save);
    reply.begin({});
    await reply.end({ done: true });
    expect(onError).toHaveBeenCalledTimes(1);
    expect(save).toHaveBeenLastCalledWith({ done: true });
  });
});
