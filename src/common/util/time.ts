/** Whole Unix seconds, the unit of nearly all timestamps on the wire. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Resolves after `ms` milliseconds; an aborted signal resolves it early, without an error. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal?.addEventListener('abort', finish);
  });
}

/**
 * Unix nanoseconds, with the resolution of a double (256 ns): stored as `bigint`, the number comes back unchanged.
 */
export const nowNanoseconds = (): number => Math.round((performance.timeOrigin + performance.now()) * 1e6);
