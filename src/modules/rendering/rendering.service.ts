import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Injectable, StreamableFile } from '@nestjs/common';
import { BadRequestError, PayloadTooLargeError } from '../../common/errors/app-error';
import { WorkerError } from '../../platform/workers/worker-error';
import type { WorkerPool } from '../../platform/workers/worker-pool';
import { WorkersService } from '../../platform/workers/workers.service';
import { chatDocumentOf, type ChatDocument } from './chat-document';
import type { ChatPdfRequest, MarkdownResponse } from './rendering.dto';

/** Characters. A PDF of this size takes a few seconds, up to 15 for scripts with many letter forms. */
const MAX_TEXT = 1_000_000;
const MAX_MESSAGES = 20_000;
const HTML_LIMITS = { size: 2, milliseconds: 3000, megabytes: 160 };
/** One at a time: each takes a whole core. */
const PDF_LIMITS = { size: 1, milliseconds: 60_000, megabytes: 640 };

@Injectable()
export class RenderingService {
  private readonly html: WorkerPool<string, string>;
  private readonly pdf: WorkerPool<ChatDocument, Uint8Array>;

  constructor(workers: WorkersService) {
    this.html = workers.open(join(__dirname, 'markdown.worker'), HTML_LIMITS);
    this.pdf = workers.open(join(__dirname, 'pdf/chat-pdf.worker'), PDF_LIMITS);
  }

  /** @throws PayloadTooLargeError; BadRequestError when rendering takes too long. */
  async renderMarkdown(md: string): Promise<MarkdownResponse> {
    if (md.length > MAX_TEXT) throw new PayloadTooLargeError();
    return { html: await render(this.html, md) };
  }

  /** @throws PayloadTooLargeError; BadRequestError when rendering takes too long. */
  async printChat({ title, messages }: ChatPdfRequest): Promise<StreamableFile> {
    const document = chatDocumentOf(title, messages);
    if (messages.length > MAX_MESSAGES || lengthOf(document) > MAX_TEXT) throw new PayloadTooLargeError();
    const bytes = await render(this.pdf, document);
    return new StreamableFile(bytes, { type: 'application/pdf', disposition: 'attachment;filename=chat.pdf' });
  }

  /** Only the URL: browsers fetch the picture themselves. */
  gravatarUrl(email: string): string {
    const hash = createHash('sha256').update(email.trim().toLowerCase()).digest('hex');
    return `https://www.gravatar.com/avatar/${hash}?d=mp`;
  }

  /** @throws BadRequestError with the text of the contract for servers on PostgreSQL: use `pg_dump`. */
  refuseDatabaseFile(): never {
    throw new BadRequestError('This feature is only available when running with SQLite databases.');
  }
}

const lengthOf = ({ title, messages }: ChatDocument): number =>
  messages.reduce(
    (sum, { heading, details, text }) => sum + heading.length + details.length + text.length,
    title.length,
  );

async function render<Input, Output>(pool: WorkerPool<Input, Output>, input: Input): Promise<Output> {
  try {
    return await pool.call(input);
  } catch (error) {
    if (!(error instanceof WorkerError)) throw error;
    const isSlow = error.failure === 'timeout';
    throw new BadRequestError(isSlow ? 'The text takes too long to render.' : 'The text cannot be rendered.');
  }
}
