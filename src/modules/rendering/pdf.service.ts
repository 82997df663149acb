import { Injectable, StreamableFile } from '@nestjs/common';
import { PayloadTooLargeError } from '../../common/errors/app-error';
import { Semaphore } from '../../common/util/semaphore';
import { chatDocumentOf, type ChatDocument } from './chat-document';
import type { ChatPdfRequest } from './rendering.dto';
import { runInThread } from './threads';

/** Characters; a million take a few seconds, up to a quarter of a minute for scripts with many forms. */
const MAX_TEXT = 1_000_000;
const MAX_MESSAGES = 20_000;
const LIMITS = { milliseconds: 60_000, megabytes: 512 };

@Injectable()
export class PdfService {
  /** One at a time: each takes a whole core. */
  private readonly threads = new Semaphore(1);

  /** @throws PayloadTooLargeError, and BadRequestError for a chat that takes too long. */
  async print({ title, messages }: ChatPdfRequest): Promise<StreamableFile> {
    const document = chatDocumentOf(title, messages);
    if (messages.length > MAX_MESSAGES || lengthOf(document) > MAX_TEXT) throw new PayloadTooLargeError();
    const bytes = await this.threads.run(() => runInThread<Uint8Array>('pdf.cjs', document, LIMITS));
    return new StreamableFile(bytes, { type: 'application/pdf', disposition: 'attachment;filename=chat.pdf' });
  }
}

const lengthOf = ({ title, messages }: ChatDocument): number =>
  messages.reduce(
    (sum, { heading, details, text }) => sum + heading.length + details.length + text.length,
    title.length,
  );
