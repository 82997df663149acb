/** The signal of work that nothing cancels. */
export const NEVER_ABORTED = new AbortController().signal;

/**
 * The outcome of `work`, or a rejection with the signal's reason as soon as it is aborted: for work that may ignore its
 * signal. What comes of it afterwards is dropped.
 */
export async function aborting<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const fail = () => reject(signal.reason as Error);
    stop = () => signal.removeEventListener('abort', fail);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    stop();
  }
}
