import { createHash } from 'node:crypto';
import type { ProcessedText } from '../../files/file-processing.service';
import type { ExtractedPart } from '../extraction/extraction.types';
import { TextTooLongError } from './ingest.errors';

/** More does not fit into one value of the database, nor into memory beside its chunks. Characters. */
const MAX_LENGTH = 200_000_000;
const SEPARATOR = ' ';

/** Collects the parts of a document, with their total length and the digest of their text. */
export class TextCollector {
  readonly parts: ExtractedPart[] = [];
  /** Characters. */
  length = 0;
  private readonly pieces: string[] = [];
  private readonly digest = createHash('sha256');

  /** @throws TextTooLongError */
  add(part: ExtractedPart): void {
    if (this.parts.length > 0 && part.continues !== true) this.append(SEPARATOR);
    this.append(part.text);
    this.parts.push(part);
  }

  /** Once, after the last part. */
  finish(): ProcessedText {
    return { text: this.pieces, hash: this.digest.digest('hex'), isExtracted: true };
  }

  private append(piece: string): void {
    this.length += piece.length;
    if (this.length > MAX_LENGTH) throw new TextTooLongError(MAX_LENGTH);
    this.digest.update(piece);
    this.pieces.push(piece);
  }
}
