import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { NotFoundError } from '../errors/app-error';

/** What an image answer tells before its bytes. */
export interface ImageHead {
  /** A raster type. */
  type: string;
  /** Bytes. */
  size: number;
  /** Of the content. */
  hash: string;
}

/**
 * An image from a file, shown and never run. Clients keep it, but ask each time whether they still may and whether it is
 * the same.
 */
export class ImageAnswer {
  constructor(
    private readonly head: ImageHead,
    /** Null when the file is gone. */
    private readonly open: () => Promise<Readable | null>,
  ) {}

  /** @throws NotFoundError when the file is gone. */
  async sendTo(response: Response): Promise<void> {
    const { type, size, hash } = this.head;
    const validators = { ETag: `"${hash}"`, 'Cache-Control': 'private, no-cache' };
    response.set(validators);
    if (response.req.fresh) return void response.status(304).end();
    const content = await this.open();
    if (!content) {
      Object.keys(validators).forEach((name) => response.removeHeader(name));
      throw new NotFoundError();
    }
    response.set({
      'Content-Type': type,
      'Content-Length': String(size),
      'Content-Disposition': `inline; filename=image.${type.replace('image/', '')}`,
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    });
    // A client that leaves ends it: there is nobody left to tell.
    await pipeline(content, response).catch(() => response.destroy());
  }
}
