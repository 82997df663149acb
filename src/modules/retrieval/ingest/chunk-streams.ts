import type { Chunk } from '../splitting/splitting.types';
import { EmptyContentError } from './ingest.errors';

/** The same chunks. @throws EmptyContentError when there are none */
export async function* nonEmpty(chunks: AsyncIterable<Chunk>): AsyncGenerator<Chunk> {
  let isEmpty = true;
  for await (const chunk of chunks) {
    isEmpty = false;
    yield chunk;
  }
  if (isEmpty) throw new EmptyContentError();
}

/** The same chunks, with the metadata of their document. */
export async function* withMetadata(
  chunks: AsyncIterable<Chunk>,
  metadata: object,
  onChunk: (chunk: Chunk) => unknown,
): AsyncGenerator<Chunk> {
  for await (const chunk of chunks) {
    onChunk(chunk);
    yield { text: chunk.text, metadata: { ...chunk.metadata, ...metadata } };
  }
}
