import type { FileProgress } from '../../files/files.types';

/** Milliseconds between two reports. */
const INTERVAL = 1000;

/** Passes progress on, about once a second; each new stage at once. */
export class ProgressReporter {
  private stage = '';
  private reportedAt = 0;

  constructor(private readonly write: (progress: FileProgress) => Promise<void>) {}

  async report(stage: string, done: number, total: number | null): Promise<void> {
    const now = performance.now();
    if (stage === this.stage && now - this.reportedAt < INTERVAL) return;
    this.stage = stage;
    this.reportedAt = now;
    await this.write({ stage, done, total });
  }
}
