import type { Response } from 'express';

/** An answer that comes in parts, as they are sent: bytes or text, framing included. */
export abstract class AnswerStream {
  protected abstract readonly contentType: string;
  protected readonly status: number = 200;

  constructor(
    private readonly frames: AsyncIterable<Uint8Array | string>,
    /** The last frame for a source that fails: the status is sent already. Without it the connection is broken off. */
    private readonly toErrorFrame?: (error: unknown) => string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** Sends the headers at once and each frame as it comes, no faster than the client reads. */
  async sendTo(response: Response): Promise<void> {
    response.writeHead(this.status, {
      'Cache-Control': 'no-cache, no-transform',
      ...this.headers,
      'Content-Type': this.contentType,
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    try {
      for await (const frame of this.frames) if (!(await write(response, frame))) return;
    } catch (error) {
      if (!this.toErrorFrame) return void response.destroy();
      if (isOpen(response)) response.write(this.toErrorFrame(error));
    }
    response.end();
  }
}

const isOpen = (response: Response): boolean => !response.destroyed && !response.writableEnded;

/** False when the client is gone. */
async function write(response: Response, frame: Uint8Array | string): Promise<boolean> {
  if (!isOpen(response)) return false;
  if (!response.write(frame)) await drained(response);
  return isOpen(response);
}

/** Until the client has taken what was written, or is gone. Not by `once` with a signal: signals outlive many frames. */
const drained = (response: Response): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      response.off('drain', end).off('close', end);
      resolve();
    };
    response.on('drain', end).on('close', end);
  });
