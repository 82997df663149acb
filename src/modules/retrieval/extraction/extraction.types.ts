import type { Readable } from 'node:stream';
import type { Principal } from '../../../common/auth/principal';
import type { JsonObject } from '../../../common/util/json';

/** A piece of a file's text with its place in the file: `page` (from 0), `sheet`, `slide`, `chapter`, `row`, `title`, … */
export interface ExtractedPart {
  text: string;
  metadata: JsonObject;
  /** The text goes on where the part before ended: long texts come in several parts, joined without a separator. */
  continues?: boolean;
}

/** A file to extract. */
export interface ExtractionInput {
  name: string;
  /** As declared at upload; evidence, not truth. */
  contentType: string | null;
  size: number;
  /** The bytes from the start. May be called more than once. */
  open(): Promise<Readable>;
  /** Name in `X-Filename` for the external loader; `name` by default. */
  storedName?: string;
  /** External engines are told the user where forwarding is enabled. */
  principal?: Principal;
}
