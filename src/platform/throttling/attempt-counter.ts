import type { Tally } from './tally';

/** Counts attempts per key over the last three to four minutes, for limits that protect passwords. */
export abstract class AttemptCounter {
  /**
   * Adds one attempt, unless there are `limit` of them already: refused attempts do not prolong the wait.
   * @returns the counts before this attempt.
   */
  abstract hit(key: string, limit: number): Promise<Tally>;

  /** The counts, without adding to them. */
  abstract peek(key: string): Promise<Tally>;

  /** Takes one attempt of the current minute back. */
  abstract refund(key: string): Promise<void>;
}
