import { Injectable } from '@nestjs/common';
import { PayloadTooLargeError } from '../../common/errors/app-error';
import { Semaphore } from '../../common/util/semaphore';
import type { MarkdownResponse } from './rendering.dto';
import { runInThread } from './threads';

/** Characters. */
const MAX_TEXT = 1_000_000;
const LIMITS = { milliseconds: 3000, megabytes: 128 };
const MAX_THREADS = 2;

@Injectable()
export class MarkdownService {
  private readonly threads = new Semaphore(MAX_THREADS);

  /** @throws PayloadTooLargeError, and BadRequestError for a text that takes too long. */
  async render(md: string): Promise<MarkdownResponse> {
    if (md.length > MAX_TEXT) throw new PayloadTooLargeError();
    return this.threads.run(async () => ({ html: await runInThread<string>('markdown.cjs', md, LIMITS) }));
  }
}
