import type { Readable } from 'node:stream';
import { BadRequestError } from '../../common/errors/app-error';
import { FilesErrors } from './files.errors';

/** Bytes of a form around its file: fields, headers, and what comes before and after. */
const MAX_AROUND = 4 * 1024 * 1024;
/** Bytes that are read and dropped after a failure, so that the client reads the answer, before the connection is closed. */
const MAX_DROPPED = 64 * 1024 * 1024;
/** Characters of a boundary; RFC 2046 allows 70. */
const MAX_BOUNDARY = 70;

/** What a parser sees of a file without a declared type. */
const DEFAULT_TYPE = 'text/plain';

/**
 * Watches the bytes of one form on their way to the parser, which neither bounds what is around the file nor tells
 * whether the file has a type.
 */
export class MultipartWatch {
  private received = 0;
  private inFile = 0;
  private isFailed = false;
  /** What came before the content of the file. */
  private head: Buffer[] | undefined = [];

  private constructor(private readonly boundary: string) {}

  /** @throws BadRequestError for a boundary that no client makes. */
  static of(contentType: string): MultipartWatch {
    const [, quoted, plain] = /;\s*boundary=(?:"([^"]*)"|([^;\s]*))/i.exec(contentType) ?? [];
    const boundary = quoted ?? plain ?? '';
    if (boundary === '' || boundary.length > MAX_BOUNDARY) throw new BadRequestError(FilesErrors.invalidForm);
    return new MultipartWatch(boundary);
  }

  /** Bytes that the file has at least, by the length of the form. */
  leastBytes(contentLength: string | undefined): number {
    return Number(contentLength ?? 0) - MAX_AROUND;
  }

  /** Before the parser gets the bytes. */
  onData(chunk: Buffer, request: Readable, parser: { destroy(error: Error): void }): void {
    this.received += chunk.length;
    this.head?.push(chunk);
    const around = this.received - this.inFile;
    if (around > MAX_AROUND && !this.isFailed) {
      this.isFailed = true;
      this.head = undefined;
      parser.destroy(new BadRequestError(FilesErrors.invalidForm));
    } else if (around > MAX_AROUND + MAX_DROPPED) request.destroy();
  }

  /** Whether the part of the file declares its type. Call it when the parser has come to the file. */
  hasFileType(type: string): boolean {
    const head = this.head ? Buffer.concat(this.head).toString('latin1') : '';
    this.head = undefined;
    return type !== DEFAULT_TYPE || declaresType(head, this.boundary);
  }

  /** The content of the file. */
  async *counted(content: Readable): AsyncGenerator<Uint8Array> {
    // A destroyed stream would fail the form with an error of its own in place of why the reader stopped.
    for await (const chunk of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      this.inFile += chunk.byteLength;
      yield chunk;
    }
  }
}

/** Whether the first part with a file name has a `Content-Type`. */
export function declaresType(form: string, boundary: string): boolean {
  const delimiter = `--${boundary}\r\n`;
  for (let start = form.indexOf(delimiter); start >= 0; start = form.indexOf(delimiter, start + delimiter.length)) {
    const end = form.indexOf('\r\n\r\n', start);
    const headers = form
      .slice(start, end < 0 ? undefined : end)
      .toLowerCase()
      .split('\r\n');
    const isFile = headers.some((line) => line.startsWith('content-disposition:') && line.includes('filename'));
    if (isFile) return headers.some((line) => line.startsWith('content-type:'));
  }
  return true;
}
