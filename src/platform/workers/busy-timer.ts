/** Measures the time in which a worker works, and calls back when it exceeds the limit (milliseconds). */
export class BusyTimer {
  private spent = 0;
  private since = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly limit: number,
    private readonly onExceeded: () => void,
  ) {}

  start(): void {
    this.since = performance.now();
    this.timer = setTimeout(this.onExceeded, Math.max(0, this.limit - this.spent));
  }

  stop(): void {
    clearTimeout(this.timer);
    this.spent += performance.now() - this.since;
  }
}
