import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { extension } from 'mime-types';
import { safeFileName } from '../../../../common/util/file-name';
import { OutgoingError } from '../../../../platform/http-client/outgoing-error';
import type { OutgoingResponse } from '../../../../platform/http-client/outgoing-response';
import { ExtractionService } from '../../extraction/extraction.service';
import { readPage } from '../html/page-text';
import { WebLoaderSettings } from '../web-loader.settings';
import type { WebDocument } from '../web.types';
import { decodePage } from './page-encoding';

const MARKUP = /^(?:text\/html|[\w.+-]{1,100}\/(?:[\w.-]{1,100}\+)?xml)$/;
const TEXT = /^(?:text\/.*|application\/(?:json|ld\+json|javascript|x-javascript|yaml|x-yaml|toml|x-ndjson))$/;
const ENCODINGS = new Set(['', 'identity', 'gzip', 'x-gzip', 'deflate', 'br']);

/** Makes a document of the response of a page, whatever its status (contract). */
@Injectable()
export class PageContentService {
  constructor(
    private readonly extraction: ExtractionService,
    private readonly settings: WebLoaderSettings,
  ) {}

  /** @throws OutgoingError; Error with a message for users when the content is none that can be read. */
  async read(url: URL, response: OutgoingResponse, signal: AbortSignal): Promise<WebDocument> {
    const contentType = response.header('content-type') ?? '';
    const head = { url: url.href, status: response.status };
    const bytes = await this.bytesOf(url, response);
    const kind = kindOf(contentType, bytes);
    if (kind === 'file') {
      const content = await this.textOfFile(nameOf(url, contentType), contentType, bytes, signal);
      return { ...head, content, metadata: { source: url.href } };
    }
    const text = await decodePage(bytes, contentType);
    if (kind === 'text') return { ...head, content: text, metadata: { source: url.href } };
    const page = await readPage(text, signal);
    return { ...head, content: page.text, metadata: { source: url.href, ...page.metadata } };
  }

  private async textOfFile(name: string, contentType: string, bytes: Buffer, signal: AbortSignal): Promise<string> {
    const open = () => Promise.resolve(Readable.from([bytes], { objectMode: false }));
    const file = { name, contentType: mediaType(contentType) || null, size: bytes.length, open };
    let content = '';
    for await (const { text, continues } of this.extraction.extract(file, signal))
      content += continues || content === '' ? text : `\n${text}`;
    return content;
  }

  private async bytesOf(url: URL, response: OutgoingResponse): Promise<Buffer> {
    const limit = this.settings.web_fetch_max_size;
    const encoding = (response.header('content-encoding') ?? '').trim().toLowerCase();
    const isTooLarge = Number(response.header('content-length') ?? 0) > limit;
    if (!isTooLarge && ENCODINGS.has(encoding)) return response.bytes(limit);
    response.discard();
    throw new OutgoingError(isTooLarge ? 'too-large' : 'protocol', url.origin);
  }
}

const mediaType = (contentType: string): string => contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** The end of the path, with an ending by the type where it has none. */
function nameOf({ pathname }: URL, contentType: string): string {
  const name = safeFileName(pathname.split('/').at(-1) ?? '') || 'page';
  return name.includes('.') ? name : `${name}.${extension(mediaType(contentType)) || 'bin'}`;
}

/** Pages without a type are taken for markup unless they look like files. */
function kindOf(contentType: string, bytes: Buffer): 'markup' | 'text' | 'file' {
  const type = mediaType(contentType);
  if (MARKUP.test(type)) return 'markup';
  if (TEXT.test(type)) return 'text';
  return type === '' && !bytes.subarray(0, 1024).includes(0) && !bytes.subarray(0, 5).equals(Buffer.from('%PDF-'))
    ? 'markup'
    : 'file';
}
