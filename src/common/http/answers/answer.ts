import type { Response } from 'express';

/**
 * A handler's result that is more than a JSON body. `JsonExpressAdapter` calls `sendTo` instead of serializing it, so
 * handlers need no `@Res()`, and interceptors and the error filter run before anything is sent.
 */
export abstract class Answer {
  abstract sendTo(response: Response): void | Promise<void>;
}

/** A 302 to a URL that is computed per request; `maxAge` in seconds. */
export class RedirectAnswer extends Answer {
  constructor(
    private readonly url: string,
    private readonly maxAge: number,
  ) {
    super();
  }

  override sendTo(response: Response): void {
    // `location` encodes characters that headers cannot hold.
    response.status(302).set('Cache-Control', `private, max-age=${this.maxAge}`).location(this.url).end();
  }
}

/** 204, without a body. */
export class NoContentAnswer extends Answer {
  override sendTo(response: Response): void {
    response.status(204).end();
  }
}
