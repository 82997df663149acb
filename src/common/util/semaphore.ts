/** Runs tasks concurrently up to a total weight; the others wait in order. */
export class Semaphore {
  private running = 0;
  private readonly queue: { weight: number; start: () => void }[] = [];

  /** `limit`: total weight of running tasks. */
  constructor(private readonly limit: number) {}

  /** Number of queued tasks. */
  get waiting(): number {
    return this.queue.length;
  }

  /** A task heavier than the limit runs alone. */
  async run<T>(task: () => Promise<T>, weight = 1): Promise<T> {
    const taken = Math.min(weight, this.limit);
    await new Promise<void>((start) => {
      this.queue.push({ weight: taken, start });
      this.startNext();
    });
    try {
      return await task();
    } finally {
      this.running -= taken;
      this.startNext();
    }
  }

  private startNext(): void {
    for (let next = this.queue[0]; next && this.running + next.weight <= this.limit; next = this.queue[0]) {
      this.queue.shift();
      this.running += next.weight;
      next.start();
    }
  }
}
