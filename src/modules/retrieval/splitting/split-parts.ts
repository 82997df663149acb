import type { JsonObject } from '../../../common/util/json';
import type { ExtractedPart } from '../extraction/extraction.types';
import { MarkdownSplitter, type HeadedPiece } from './markdown-splitter';
import type { Piece } from './piece';
import { RecursiveSplitter } from './recursive-splitter';
import { openTokenSplitter } from './token-splitter';
import type { Chunk, SplitOptions } from './splitting.types';

interface ChunkSplitter {
  push(text: string): Chunk[];
  end(): Chunk[];
}

/**
 * The chunks of each part, in order; parts that continue others are one text with them. Where a part says its first line,
 * chunks say theirs.
 */
export async function* splitParts(
  parts: AsyncIterable<ExtractedPart> | Iterable<ExtractedPart>,
  options: SplitOptions,
): AsyncGenerator<Chunk[], void> {
  let splitter: ChunkSplitter | undefined;
  for await (const { text, metadata, continues = false } of parts) {
    if (splitter && !continues) yield splitter.end();
    if (!splitter || !continues) splitter = await openSplitter(options, metadata);
    yield splitter.push(text);
  }
  if (splitter) yield splitter.end();
}

async function openSplitter(options: SplitOptions, metadata: JsonObject): Promise<ChunkSplitter> {
  const { kind, size, overlap, encoding } = options;
  if (kind === 'markdown_header') {
    const toChunk = ({ text, headings }: HeadedPiece): Chunk => ({ text, metadata: { ...metadata, headings } });
    return chunked(new MarkdownSplitter(size, overlap), toChunk);
  }
  const first = metadata.line;
  const toChunk = ({ text, start, line }: Piece): Chunk => ({
    text,
    metadata: { ...metadata, ...(typeof first === 'number' && { line: first + line }), start_index: start },
  });
  if (kind === 'character') return chunked(new RecursiveSplitter(size, overlap), toChunk);
  return chunked(await openTokenSplitter(encoding, size, overlap), toChunk);
}

const chunked = <P>(
  splitter: { push(text: string): P[]; end(): P[] },
  toChunk: (piece: P) => Chunk,
): ChunkSplitter => ({
  push: (text) => splitter.push(text).map(toChunk),
  end: () => splitter.end().map(toChunk),
});
