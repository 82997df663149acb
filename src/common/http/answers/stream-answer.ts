import type { Response } from 'express';
import { Answer } from './answer';

/** Bytes or strings, including framing. */
export type Frames = AsyncIterable<Uint8Array | string>;

/** Creates the last frame for a source that fails after the status was sent. */
export type ToErrorFrame = (error: unknown) => string;

export interface StreamOptions {
  type: string;
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** Without it the connection is aborted on failure, so that clients detect the truncation. */
  toErrorFrame?: ToErrorFrame;
}

/** Sends the headers at once and each frame as it arrives, no faster than the client reads. */
export class StreamAnswer extends Answer {
  private mapError = (error: unknown): unknown => error;

  constructor(
    private readonly frames: Frames,
    private readonly options: StreamOptions,
  ) {
    super();
  }

  /** Maps an error of the source before it becomes the last frame. */
  mapErrors(mapError: (error: unknown) => unknown): this {
    this.mapError = mapError;
    return this;
  }

  override async sendTo(response: Response): Promise<void> {
    const { type, status = 200, headers, toErrorFrame } = this.options;
    response.writeHead(status, {
      'Cache-Control': 'no-cache, no-transform',
      ...headers,
      'Content-Type': type,
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    try {
      await sendAll(response, this.frames);
    } catch (failure) {
      const error = this.mapError(failure);
      if (!toErrorFrame) return void response.destroy();
      if (isOpen(response)) response.write(toErrorFrame(error));
    }
    if (isOpen(response)) response.end();
  }
}

export const eventStream = (frames: Frames, toErrorFrame?: ToErrorFrame): StreamAnswer =>
  new StreamAnswer(frames, { type: 'text/event-stream; charset=utf-8', toErrorFrame });

/** One JSON value per line; the frames contain the line ends. */
export const ndjsonStream = (frames: Frames, toErrorFrame?: ToErrorFrame): StreamAnswer =>
  new StreamAnswer(frames, { type: 'application/x-ndjson', toErrorFrame });

/** Types that a browser displays without running anything, and types for programs. */
const HARMLESS =
  /^(application\/(json|x-ndjson|octet-stream|pdf)|text\/event-stream|audio\/[\w.+-]+|image\/(png|jpeg|webp|gif))\b/i;

/** Another server's response, passed through. A type that a browser would run becomes plain text. */
export const relayedAnswer = (bytes: AsyncIterable<Uint8Array>, status: number, type = ''): StreamAnswer =>
  new StreamAnswer(bytes, { status, type: HARMLESS.test(type) ? type : 'text/plain; charset=utf-8' });

const isOpen = (response: Response): boolean => !response.destroyed && !response.writableEnded;

/** Writes no faster than the client reads. When the client disconnects, it stops and closes the source. */
export async function sendAll(response: Response, frames: Frames): Promise<void> {
  for await (const frame of frames) if (!(await write(response, frame))) return;
}

/** False when the client has disconnected. */
async function write(response: Response, frame: Uint8Array | string): Promise<boolean> {
  if (!isOpen(response)) return false;
  if (!response.write(frame)) await drained(response);
  return isOpen(response);
}

/** Resolves when the client has received the data, or disconnected. `once` with a signal would leak across frames. */
const drained = (response: Response): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      response.off('drain', end).off('close', end);
      resolve();
    };
    response.on('drain', end).on('close', end);
  });
