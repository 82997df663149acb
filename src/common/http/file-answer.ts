import type { Response } from 'express';
import { NotFoundError } from '../errors/app-error';

/** Pictures and sounds are shown; every other file is offered for download, so that no browser runs it here. */
const SHOWN = /\.(?:png|jpe?g|gif|webp|avif|mp3|wav|ogg|opus|m4a|aac|flac|mp4|webm)$/i;

/** A file below a folder, with validators, and ranges for those who ask for them. */
export class FileAnswer {
  constructor(
    /** Absolute. Nothing outside of it is ever sent. */
    private readonly root: string,
    /** Relative to the root, as a client named it. */
    private readonly path: string,
    /** The detail of the 404. */
    private readonly missing: string,
  ) {}

  /** @throws NotFoundError for what is no file below the root. */
  async sendTo(response: Response): Promise<void> {
    response.set('Cache-Control', 'private, no-cache');
    if (!SHOWN.test(this.path)) response.set('Content-Disposition', 'attachment');
    try {
      await this.send(response);
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      response.removeHeader('Content-Disposition');
      if (isOutOfRange(error)) return void response.status(416).end();
      throw new NotFoundError(this.missing);
    }
  }

  private send(response: Response): Promise<void> {
    const options = { root: this.root, dotfiles: 'deny', index: false, cacheControl: false } as const;
    return new Promise((resolve, reject) => {
      response.sendFile(this.path, options, (error?: Error) => (error ? reject(error) : resolve()));
    });
  }
}

const isOutOfRange = (error: unknown): boolean => (error as { status?: number }).status === 416;
