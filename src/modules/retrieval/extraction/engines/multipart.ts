import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ExtractionInput } from '../extraction.types';

/** A form with one file, streamed. */
export interface MultipartBody {
  headers: Record<string, string>;
  body: Readable;
}

/** Names of fields and files are quoted as browsers do. */
const quoted = (name: string): string => name.replace(/[\r\n"]/g, (character) => encodeURIComponent(character));

/** A list is sent as repeated fields. */
export async function multipartOf(
  field: string,
  file: ExtractionInput,
  values: Readonly<Record<string, string | readonly string[]>>,
): Promise<MultipartBody> {
  const boundary = `----${randomUUID()}`;
  const fields = Object.entries(values).flatMap(([name, value]) =>
    [value]
      .flat()
      .map((text) => `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${text}\r\n`),
  );
  const disposition = `Content-Disposition: form-data; name="${field}"; filename="${quoted(file.name)}"`;
  const type = `Content-Type: ${typeOf(file)}`;
  const head = `${fields.join('')}--${boundary}\r\n${disposition}\r\n${type}\r\n\r\n`;
  const content = await file.open();
  async function* parts() {
    yield head;
    yield* content as AsyncIterable<Uint8Array>;
    yield `\r\n--${boundary}--\r\n`;
  }
  const body = Readable.from(parts(), { objectMode: false });
  body.once('close', () => content.destroy());
  return { headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` }, body };
}

/** A declared type that a header can carry. */
export function typeOf({ contentType }: ExtractionInput): string {
  return contentType !== null && /^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType : 'application/octet-stream';
}
