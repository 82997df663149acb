import type { Response } from 'express';

/** What one counter says of one request. */
export interface Standing {
  limit: number;
  remaining: number;
  /** Seconds until the window ends. */
  reset: number;
}

const REMAINING = 'RateLimit-Remaining';

/** Of several limits the caller learns the one that is nearest (draft-ietf-httpapi-ratelimit-headers). */
export function announce(response: Response, { limit, remaining, reset }: Standing, windowSeconds: number): void {
  const known = response.getHeader(REMAINING);
  if (known !== undefined && Number(known) <= remaining) return;
  response.set({
    'RateLimit-Limit': String(limit),
    [REMAINING]: String(remaining),
    'RateLimit-Reset': String(reset),
    'RateLimit-Policy': `${limit};w=${windowSeconds}`,
  });
}
