import { performance } from 'node:perf_hooks';
import { cpuUsage } from 'node:process';

/** Milliseconds of a slice that count as they pass: asking for the processor time would cost more than most calls. */
const SHORT = 5;

/** Milliseconds of this process: those of waiting, or of other processes on a busy machine, do not count. */
function processorTime() {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

/** The processor time of the slices in which a machine runs. */
export class Stopwatch {
  used = 0;
  begin = 0;
  /** Processor time when the slice stopped being short. */
  since;

  start() {
    this.begin = performance.now();
    this.since = undefined;
  }

  stop() {
    this.used += this.slice();
  }

  /** Asked again and again while a slice runs. */
  exceeds(limit) {
    if (this.since === undefined && performance.now() - this.begin > SHORT) {
      this.used += SHORT;
      this.since = processorTime();
    }
    return this.used + this.slice() > limit;
  }

  slice() {
    return this.since === undefined ? performance.now() - this.begin : processorTime() - this.since;
  }
}
