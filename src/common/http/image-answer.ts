import type { Readable } from 'node:stream';
import type { Response } from 'express';
import { AnswerStream } from './answer-stream';

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
export class ImageAnswer extends AnswerStream {
  protected readonly contentType: string;
  private readonly tag: string;

  constructor(
    head: ImageHead,
    private readonly content: Readable,
  ) {
    super(content, undefined, headersOf(head));
    this.contentType = head.type;
    this.tag = `"${head.hash}"`;
  }

  override async sendTo(response: Response): Promise<void> {
    response.set('ETag', this.tag);
    if (!response.req.fresh) return super.sendTo(response);
    this.content.destroy();
    response.set('Cache-Control', CACHE_CONTROL).status(304).end();
  }
}

const CACHE_CONTROL = 'private, no-cache, no-transform';

const headersOf = ({ type, size }: ImageHead): Record<string, string> => ({
  'Content-Length': String(size),
  'Content-Disposition': `inline; filename=image.${type.replace('image/', '')}`,
  'Cache-Control': CACHE_CONTROL,
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
});
