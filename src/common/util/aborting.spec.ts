import { getEventListeners } from 'node:events';
import { aborting } from './aborting';

describe('aborting', () => {
  it('is the outcome of the work, and leaves no listener', async () => {
    const { signal } = new AbortController();
    await expect(aborting(signal, Promise.resolve(1))).resolves.toBe(1);
    await expect(aborting(signal, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('does not wait for work that ignores the signal', async () => {
    const stop = new AbortController();
    const result = aborting(stop.signal, new Promise(() => undefined));
    stop.abort(new Error('stopped'));
    await expect(result).rejects.toThrow('stopped');
    await expect(aborting(stop.signal, new Promise(() => undefined))).rejects.toThrow('stopped');
  });

  it('drops a late failure of the work', async () => {
    let fail: (error: Error) => void = () => undefined;
    const late = new Promise((_, reject) => (fail = reject));
    await expect(aborting(AbortSignal.abort(new Error('stopped')), late)).rejects.toThrow('stopped');
    fail(new Error('late'));
    await expect(late).rejects.toThrow('late');
  });
});
