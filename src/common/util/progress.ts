/**
 * Runs `work` and gives what it reports, for a reader that may be slower: of what was reported in between only the last
 * counts. Ends with the work's result or error. A reader that leaves early does not end the work.
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
