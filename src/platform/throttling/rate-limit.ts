import type { Response } from 'express';

/** The state of one counter after one request. */
export interface RateLimit {
  limit: number;
  remaining: number;
  /** Seconds until the window ends. */
  reset: number;
  /** Length of the window. */
  windowSeconds: number;
}

/** Where guards store the nearest limit for the interceptor. */
type Locals = { rateLimit?: RateLimit };

/** Headers describe the limit with the fewest remaining requests. */
export function storeNearestLimit(response: Response, rateLimit: RateLimit): void {
  const locals = response.locals as Locals;
  if (!locals.rateLimit || rateLimit.remaining < locals.rateLimit.remaining) locals.rateLimit = rateLimit;
}

export const nearestLimit = (response: Response): RateLimit | undefined => (response.locals as Locals).rateLimit;

/** Headers of draft-ietf-httpapi-ratelimit-headers. */
export const rateLimitHeaders = ({ limit, remaining, reset, windowSeconds }: RateLimit): Record<string, string> => ({
  'RateLimit-Limit': String(limit),
  'RateLimit-Remaining': String(remaining),
  'RateLimit-Reset': String(reset),
  'RateLimit-Policy': `${limit};w=${windowSeconds}`,
});
