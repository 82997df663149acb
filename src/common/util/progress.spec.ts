import { progressOf } from './progress';

async function all<P, R>(steps: AsyncGenerator<P, R>): Promise<[P[], R]> {
  const seen: P[] = [];
  for (let step = await steps.next(); ; step = await steps.next()) {
    if (step.done) return [seen, step.value];
    seen.push(step.value);
  }
}

describe('progressOf', () => {
  it('gives the last of what was reported at once, then the result', async () => {
    const work = (report: (n: number) => void) => {
      [1, 2, 3].forEach(report);
      return Promise.resolve('done');
    };
    expect(await all(progressOf(work))).toEqual([[3], 'done']);
  });

  it('gives each report to a reader that is faster', async () => {
    let go = () => {};
    const work = async (report: (n: number) => void) => {
      for (const n of [1, 2]) {
        await new Promise<void>((resolve) => (go = resolve));
        report(n);
      }
    };
    const steps = progressOf(work);
    const seen: unknown[] = [];
    for (let n = 0; n < 2; n++) {
      const step = steps.next();
      go();
      seen.push((await step).value);
      await Promise.resolve();
    }
    expect(seen).toEqual([1, 2]);
  });

  it('ends with the error of the work, after its last report', async () => {
    const steps = progressOf((report: (n: number) => void) => {
      report(1);
      return Promise.reject(new Error('broken'));
    });
    expect(await steps.next()).toEqual({ done: false, value: 1 });
    await expect(steps.next()).rejects.toThrow('broken');
  });
});
