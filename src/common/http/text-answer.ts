import type { Response } from 'express';

/** A text that is no JSON. */
export class TextAnswer {
  constructor(
    private readonly type: string,
    private readonly text: string,
  ) {}

  sendTo(response: Response): void {
    response.setHeader('Content-Type', this.type);
    response.send(Buffer.from(this.text));
  }
}
