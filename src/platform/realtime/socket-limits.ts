import type { RealtimeSocket } from './socket-state';

const WINDOW_SECONDS = 10;

/** A token bucket: `perSecond` events on average, bursts of ten seconds' worth. */
export class EventBudget {
  private tokens: number;
  private refilledAt: number;

  constructor(
    private readonly perSecond: number,
    now: number,
  ) {
    this.tokens = perSecond * WINDOW_SECONDS;
    this.refilledAt = now;
  }

  /** False when the event exceeds the budget. `now` in milliseconds. */
  spend(now: number): boolean {
    const earned = ((now - this.refilledAt) / 1000) * this.perSecond;
    this.tokens = Math.min(this.tokens + earned, this.perSecond * WINDOW_SECONDS) - 1;
    this.refilledAt = now;
    return this.tokens >= 0;
  }
}

/**
 * Characters buffered per socket. A growing text is sent whole with each part, so that a client that does not read
 * would soon use gigabytes; a closed client reconnects and reads the stored text.
 */
const MAX_WAITING = 16_000_000;

/** Closes the socket, and drops its buffer, when the limit is exceeded. */
export function limitBacklog({ conn }: RealtimeSocket): void {
  let waiting = 0;
  conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    waiting += data?.length ?? 0;
    if (waiting > MAX_WAITING) conn.close(true);
  });
  // Handed over to the transport, which accepts more only after writing it.
  conn.on('flush', () => (waiting = 0));
}
