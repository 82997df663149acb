/**
 * The results of `work` for all items, in their order, with at most `limit` at once. The first failure aborts the signal of
 * the others, and is the failure of the whole; it settles when all that were started have ended.
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const stop = new AbortController();
  const abort = () => stop.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const results = new Array<R>(items.length);
  let next = 0;
  const run = async () => {
    while (next < items.length) {
      stop.signal.throwIfAborted();
      const index = next++;
      results[index] = await work(items[index] as T, stop.signal).catch((error: unknown) => {
        stop.abort(error);
        throw error;
      });
    }
  };
  try {
    const settled = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, run));
    if (settled.some(({ status }) => status === 'rejected')) throw stop.signal.reason;
    return results;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
