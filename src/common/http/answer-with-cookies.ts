import type { Request, Response } from 'express';
import { sendJson } from './send-json';

/** What of a request decides on its cookies. */
export type CookieRequest = Pick<Request, 'headers' | 'secure'>;

/** JSON that also changes cookies of the browser. */
export class AnswerWithCookies<T> {
  constructor(
    readonly body: T,
    /** Values of `Set-Cookie`; which ones may depend on who asks, and how. */
    private readonly cookiesFor: (request: CookieRequest) => string[],
  ) {}

  sendTo(response: Response): void {
    const cookies = this.cookiesFor(response.req);
    if (cookies.length > 0) response.setHeader('Set-Cookie', cookies);
    sendJson(response, this.body);
  }
}
