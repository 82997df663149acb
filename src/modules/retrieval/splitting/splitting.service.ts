import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';
import { errorDetail } from '../../../common/errors/details';
import { WorkerError } from '../../../platform/workers/worker-error';
import type { WorkerPool } from '../../../platform/workers/worker-pool';
import { WorkersService } from '../../../platform/workers/workers.service';
import type { ExtractedPart } from '../extraction/extraction.types';
import { splitParts } from './split-parts';
import { SplittingSettings } from './splitting.settings';
import { isKnownEncoding } from './token-splitter';
import type { Chunk, SplitOptions, SplitterKind } from './splitting.types';

/** Characters that are split in place, in a millisecond or two: starting a process takes longer. */
const SHORT = 32_768;
/** Characters and parts that travel to the worker in one message. */
const BATCH_TEXT = 65_536;
const BATCH_PARTS = 256;
const LIMITS = { size: 2, milliseconds: 120_000, megabytes: 180 };
const KINDS: Record<string, SplitterKind> = {
  '': 'character',
  character: 'character',
  token: 'token',
  markdown_header: 'markdown_header',
};

/** Splits extracted texts into chunks, as the settings say. */
@Injectable()
export class SplittingService {
  private readonly pool: WorkerPool<SplitOptions, Chunk[], ExtractedPart[]>;

  constructor(
    private readonly settings: SplittingSettings,
    workers: WorkersService,
  ) {
    this.pool = workers.open(join(__dirname, 'splitting.worker'), LIMITS);
  }

  /**
   * Chunks in the order of the text; parts are read as chunks are. Blank parts have none.
   * @throws BadRequestError for invalid settings, or text that exceeds the limits of the worker.
   */
  async *split(
    parts: AsyncIterable<ExtractedPart> | Iterable<ExtractedPart>,
    signal?: AbortSignal,
  ): AsyncGenerator<Chunk, void> {
    const options = this.options();
    const batches = inBatches(parts);
    const first: ExtractedPart[] = [];
    while (options.kind !== 'token' && lengthOf(first) <= SHORT) {
      const next = await batches.next();
      if (next.done === true) return yield* inPlace(first, options);
      first.push(...next.value);
    }
    try {
      for await (const chunks of this.pool.run(options, { signal, feed: joined(first, batches) })) yield* chunks;
    } catch (error) {
      throw error instanceof WorkerError ? new BadRequestError(errorDetail('The text cannot be split')) : error;
    }
  }

  private options(): SplitOptions {
    const {
      text_splitter: name,
      chunk_size: size,
      chunk_overlap: overlap,
      tiktoken_encoding_name: encoding,
    } = this.settings;
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
    if (!kind) throw new BadRequestError(errorDetail('Invalid text splitter'));
    if (size < 1) throw new BadRequestError(errorDetail('The chunk size must be at least 1'));
    if (overlap > size) throw new BadRequestError(errorDetail('The chunk overlap must not exceed the chunk size'));
    if (kind === 'token' && !isKnownEncoding(encoding))
      throw new BadRequestError(errorDetail('Unknown token encoding'));
    return { kind, size, overlap, encoding };
  }
}

async function* inPlace(parts: readonly ExtractedPart[], options: SplitOptions): AsyncGenerator<Chunk, void> {
  for await (const chunks of splitParts(parts, options)) yield* chunks;
}

const lengthOf = (parts: readonly ExtractedPart[]): number => parts.reduce((sum, { text }) => sum + text.length, 0);

async function* joined<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T, void> {
  yield first;
  yield* rest;
}

/** Short parts travel together. */
async function* inBatches(
  parts: AsyncIterable<ExtractedPart> | Iterable<ExtractedPart>,
): AsyncGenerator<ExtractedPart[], void> {
  let batch: ExtractedPart[] = [];
  let length = 0;
  for await (const part of parts) {
    batch.push(part);
    length += part.text.length;
    if (length < BATCH_TEXT && batch.length < BATCH_PARTS) continue;
    yield batch;
    batch = [];
    length = 0;
  }
  if (batch.length > 0) yield batch;
}
