/** One signal out of a caller's and a time limit. */
export interface LinkedSignal {
  signal: AbortSignal;
  /** Ends the clock and lets go of the caller's signal; to be called when the work is over. */
  release(): void;
}

/**
 * Aborts with the caller's reason, or with `onTimeout()` after `milliseconds` (0: no limit). `AbortSignal.any` would do,
 * but keeps every derived signal alive as long as the caller's, which may outlive thousands of requests.
 */
export function linkSignal(
  source: AbortSignal | undefined,
  milliseconds: number,
  onTimeout: () => Error,
): LinkedSignal {
  const controller = new AbortController();
  const abort = () => controller.abort(source?.reason);
  if (source?.aborted) abort();
  source?.addEventListener('abort', abort, { once: true });
  const timer = milliseconds > 0 ? setTimeout(() => controller.abort(onTimeout()), milliseconds) : undefined;
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      source?.removeEventListener('abort', abort);
    },
  };
}
