import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';
import { safeFileName } from '../../util/file-name';
import { Answer } from './answer';
import { sendAll } from './stream-answer';

/** Positions of the first and the last byte, both inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Content of a file. */
export interface FileContent {
  /** Bytes. */
  size: number;
  open(range?: ByteRange): Readable | Promise<Readable>;
}

export interface FileHead {
  /** The stored or declared media type; content is never sniffed. */
  type: string;
  /** The owner's name of the file, sanitised here. Without it the disposition has no name. */
  name?: string;
  /** Identifies the content, such as a hash; sent as a strong `ETag`. */
  tag?: string;
  /** Unix seconds. */
  updatedAt?: number;
  /** Forces a download even for types that browsers may display. */
  isAttachment?: boolean;
  /** Sends the name only as `filename*`: some clients of the contract compare the header. */
  hasExtendedName?: boolean;
  /** A page for a frame of the client: displayed without scripts, requests and an origin. */
  isPage?: boolean;
  /** Seconds without revalidation. Default 0: clients revalidate each time, since access may have ended. */
  maxAge?: number;
}

/** Types that browsers display without running scripts. All others (HTML, SVG, XML …) are downloaded. */
const INLINE = /^(?:image\/(?:png|jpeg|gif|webp|avif|bmp)|(?:audio|video)\/[\w.+-]+|text\/plain|application\/pdf)$/;

/** `sandbox` removes scripts and the origin; browsers do not display PDF in it. */
const SANDBOX_POLICY = "default-src 'none'; sandbox";
const PDF_POLICY = "default-src 'none'; frame-ancestors 'self'";
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'; sandbox";

/**
 * A file with ranges, validators and a name; nothing is sent that a browser would run. Content of any size is streamed.
 * Compression is disabled (`no-transform`): it would break ranges and lengths.
 */
export class FileResponse extends Answer {
  constructor(
    private readonly content: FileContent,
    private readonly head: FileHead,
  ) {
    super();
  }

  /** For small content that is in memory already. */
  static of(bytes: Buffer, head: Omit<FileHead, 'tag'>): FileResponse {
    const tag = createHash('sha1').update(bytes).digest('base64url');
    const open = ({ start, end }: ByteRange = { start: 0, end: bytes.length - 1 }) =>
      Readable.from([bytes.subarray(start, end + 1)]);
    return new FileResponse({ size: bytes.length, open }, { ...head, tag });
  }

  /** @throws errors of opening the content, before any header is sent. */
  override async sendTo(response: Response): Promise<void> {
    const { req: request } = response;
    const { size } = this.content;
    const headers = headersOf(this.head);
    response.set(validatorsOf(this.head));
    if (request.fresh) return void response.set('Cache-Control', headers['Cache-Control']).status(304).end();
    const range = rangeOf(request, response, size);
    if (range === null) return void response.status(416).set('Content-Range', `bytes */${size}`).end();
    const { start, end } = range ?? { start: 0, end: size - 1 };
    const bytes = request.method === 'HEAD' || size === 0 ? Readable.from([]) : await this.open(response, range);
    response.set(headers).set('Content-Length', String(end - start + 1));
    if (range) response.status(206).set('Content-Range', `bytes ${start}-${end}/${size}`);
    try {
      await sendAll(response, bytes);
      response.end();
    } catch {
      // The status was sent already: only a closed connection signals that the rest is missing.
      response.destroy();
    }
  }

  private async open(response: Response, range?: ByteRange): Promise<Readable> {
    try {
      return await this.content.open(range);
    } catch (error) {
      response.removeHeader('ETag');
      response.removeHeader('Last-Modified');
      throw error;
    }
  }
}

function headersOf(head: FileHead) {
  const { type, maxAge, isPage = false } = head;
  const essence = (type.toLowerCase().split(';')[0] ?? '').trim();
  const disposition = isPage ? undefined : dispositionOf(head, essence);
  return {
    'Accept-Ranges': 'bytes',
    'Cache-Control': `private, ${maxAge ? `max-age=${maxAge}` : 'no-cache'}, no-transform`,
    'Content-Security-Policy': policyOf(essence, isPage),
    'Content-Type': type,
    'X-Content-Type-Options': 'nosniff',
    ...(disposition !== undefined && { 'Content-Disposition': disposition }),
  };
}

/** Undefined for a file without a name that browsers may display. */
function dispositionOf({ name, isAttachment, hasExtendedName }: FileHead, essence: string): string | undefined {
  const type = !isAttachment && INLINE.test(essence) ? 'inline' : 'attachment';
  const fileName = name === undefined ? undefined : safeFileName(name);
  if (fileName === undefined) return type === 'inline' ? undefined : type;
  return hasExtendedName
    ? `${type}; filename*=UTF-8''${percentEncoded(fileName)}`
    : contentDisposition(fileName, { type });
}

/** By RFC 8187. */
const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

function policyOf(essence: string, isPage: boolean): string {
  if (isPage) return PAGE_POLICY;
  return essence === 'application/pdf' ? PDF_POLICY : SANDBOX_POLICY;
}

function validatorsOf({ tag, updatedAt }: FileHead): Record<string, string> {
  return {
    ...(tag !== undefined && { ETag: `"${tag}"` }),
    ...(updatedAt !== undefined && { 'Last-Modified': new Date(updatedAt * 1000).toUTCString() }),
  };
}

const SINGLE_RANGE = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i;

/** The requested range; undefined for the whole, null for an unsatisfiable one and for several ranges. */
function rangeOf({ method, headers }: Request, response: Response, size: number): ByteRange | null | undefined {
  const { range, 'if-range': condition } = headers;
  if (method !== 'GET' || range === undefined || !/^bytes=/i.test(range)) return undefined;
  if (condition !== undefined && !matches(String(condition), response)) return undefined;
  const [, first = '', last = ''] = SINGLE_RANGE.exec(range) ?? [];
  return first === '' ? suffixOf(Number(last), size) : partOf(Number(first), last, size);
}

const suffixOf = (length: number, size: number): ByteRange | null =>
  length > 0 && size > 0 ? { start: Math.max(size - length, 0), end: size - 1 } : null;

function partOf(start: number, last: string, size: number): ByteRange | null {
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end ? { start, end } : null;
}

/** `If-Range` compares strongly: a weak tag never matches, and a date must equal the one that was sent. */
const matches = (condition: string, response: Response): boolean =>
  condition === response.get('ETag') || condition === response.get('Last-Modified');
