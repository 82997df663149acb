/** Lets tasks run at once up to a total weight; the others wait in order. */
export class Semaphore {
  private running = 0;
  private readonly queue: { weight: number; start: () => void }[] = [];

  /** `limit`: how many tasks, or what they may weigh together. */
  constructor(private readonly limit: number) {}

  /** Tasks that wait for their turn. */
  get waiting(): number {
    return this.queue.length;
  }

  /** A task that weighs more than the limit runs alone. */
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
