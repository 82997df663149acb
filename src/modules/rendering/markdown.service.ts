import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Injectable } from '@nestjs/common';
import { BadRequestError, PayloadTooLargeError } from '../../common/errors/app-error';
import { Semaphore } from '../../common/util/semaphore';
import type { MarkdownResponse } from './rendering.dto';

/** Plain JavaScript, so that a thread starts from the sources and from the build. */
const WORKER = join(__dirname, '../../assets/workers/markdown.cjs');
/** Characters. */
const MAX_TEXT = 1_000_000;
/** Milliseconds, the start of the thread included. */
const TIME_LIMIT = 3000;
const MAX_THREADS = 2;

/** Renders in a thread of its own: a text that takes too long is given up, and nobody else waits for it. */
@Injectable()
export class MarkdownService {
  private readonly threads = new Semaphore(MAX_THREADS);

  /** @throws PayloadTooLargeError, and BadRequestError for a text that takes too long. */
  async render(md: string): Promise<MarkdownResponse> {
    if (md.length > MAX_TEXT) throw new PayloadTooLargeError();
    return this.threads.run(async () => ({ html: await renderInThread(md, TIME_LIMIT) }));
  }
}

export function renderInThread(md: string, timeLimit: number): Promise<string> {
  const worker = new Worker(WORKER, { workerData: md, resourceLimits: { maxOldGenerationSizeMb: 128 } });
  return new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new BadRequestError('The text takes too long to render.')), timeLimit);
    worker.once('message', (html: string) => resolve(html));
    worker.once('error', () => reject(new BadRequestError('The text cannot be rendered.')));
    worker.once('exit', () => clearTimeout(timer));
  }).finally(() => worker.terminate());
}
