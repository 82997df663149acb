import type { IssuedToken } from './token.service';

/** A body together with what the answer does to the browser's session: a new token, or the end of it. */
export class SessionAnswer<T> {
  constructor(
    readonly body: T,
    readonly session: IssuedToken | 'ended' | 'unchanged',
  ) {}
}
