/**
 * Runs `work` and yields its reports; a slow reader gets only the latest one. Ends with the work's result or error. A
 * reader that stops early does not cancel the work.
 */
export async function* progressOf<P, R>(work: (report: (progress: P) => void) => Promise<R>): AsyncGenerator<P, R> {
  let latest: { progress: P } | undefined;
  let wake = () => {};
  let isOver = false;
  const result = work((progress) => {
    latest = { progress };
    wake();
  });
  const end = () => {
    isOver = true;
    wake();
  };
  result.then(end, end);
  for (;;) {
    if (latest) {
      const { progress } = latest;
      latest = undefined;
      yield progress;
    } else if (isOver) return result;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}
