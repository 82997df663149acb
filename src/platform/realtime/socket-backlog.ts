import type { RealtimeSocket } from './socket-state';

/**
 * Characters that may wait for one socket. A text that grows is sent whole with each of its parts, so that a client that
 * reads nothing would soon hold gigabytes; one that is closed comes back and reads what is stored.
 */
const MAX_WAITING = 16_000_000;

/** Closes the socket when more waits than that, and forgets what does. */
export function limitBacklog({ conn }: RealtimeSocket): void {
  let waiting = 0;
  conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    waiting += data?.length ?? 0;
    if (waiting > MAX_WAITING) conn.close(true);
  });
  // Handed over to the transport, which takes no more until that is written.
  conn.on('flush', () => (waiting = 0));
}
