import { setMaxListeners } from 'node:events';

/** One signal of a given signal and a time limit. */
export interface LinkedSignal {
  signal: AbortSignal;
  /** Aborts it alone. */
  abort(reason: unknown): void;
  /** Clears the timer and detaches from the given signal. Call it when the work is done. */
  release(): void;
}

/**
 * Aborts with the given signal's reason, or with `onTimeout()` after `milliseconds` (0: none). `AbortSignal.any` would do,
 * but keeps every derived signal alive as long as the given one, which may outlive thousands of requests.
 */
export function linkSignal(
  source: AbortSignal | undefined,
  milliseconds: number,
  onTimeout: () => Error,
): LinkedSignal {
  const controller = new AbortController();
  const abort = () => controller.abort(source?.reason);
  // Any number of requests may share a signal; Node warns of more than ten.
  if (source) setMaxListeners(0, source);
  if (source?.aborted) abort();
  source?.addEventListener('abort', abort, { once: true });
  const timer = milliseconds > 0 ? setTimeout(() => controller.abort(onTimeout()), milliseconds) : undefined;
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => {
      clearTimeout(timer);
      source?.removeEventListener('abort', abort);
    },
  };
}
