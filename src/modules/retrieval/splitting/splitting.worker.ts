import { serveTask } from '../../../platform/workers/serve-task';
import type { ExtractedPart } from '../extraction/extraction.types';
import { splitParts } from './split-parts';
import type { Chunk, SplitOptions } from './splitting.types';

/** Chunks that travel in one message. */
const BATCH = 256;

async function* flattened(batches: AsyncIterable<ExtractedPart[]>): AsyncGenerator<ExtractedPart, void> {
  for await (const batch of batches) yield* batch;
}

serveTask<SplitOptions, Chunk[], ExtractedPart[]>(async function* split(options, { feed }) {
  let batch: Chunk[] = [];
  for await (const chunks of splitParts(flattened(feed), options)) {
    batch.push(...chunks);
    for (; batch.length >= BATCH; batch = batch.slice(BATCH)) yield batch.slice(0, BATCH);
  }
  if (batch.length > 0) yield batch;
});
