import { serveTask } from '../../../platform/workers/serve-task';
import type { ExtractedPart } from './extraction.types';
import { FileSource } from './formats/file-source';
import { readFile } from './formats/readers';

export interface ExtractionTask {
  name: string;
  contentType: string;
}

/** Parts and characters that travel in one message. */
const BATCH_PARTS = 256;
const BATCH_TEXT = 64 * 1024;

serveTask<ExtractionTask, ExtractedPart[], Uint8Array>(async function* extract({ name, contentType }, { feed }) {
  let batch: ExtractedPart[] = [];
  let length = 0;
  for await (const part of readFile(new FileSource(name, contentType, feed))) {
    batch.push(part);
    length += part.text.length;
    if (length < BATCH_TEXT && batch.length < BATCH_PARTS) continue;
    yield batch;
    batch = [];
    length = 0;
  }
  if (batch.length > 0) yield batch;
});
