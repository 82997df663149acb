import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { TaskRefusal, WorkerError, type WorkerFailure } from '../../../platform/workers/worker-error';
import type { WorkerPool } from '../../../platform/workers/worker-pool';
import { WorkersService } from '../../../platform/workers/workers.service';
import { EnginesService } from './engines/engines.service';
import { ExtractionError } from './extraction.errors';
import type { ExtractedPart, ExtractionInput } from './extraction.types';
import type { ExtractionTask } from './extraction.worker';
import { cleanText } from './formats/clean-text';

const LIMITS = { size: 2, milliseconds: 300_000, megabytes: 400 };

const REASONS: Record<WorkerFailure, string> = {
  timeout: 'The file takes too long to read.',
  memory: 'The file needs too much memory to read.',
  crash: 'The file cannot be read.',
  failed: 'The file is damaged and cannot be read.',
};

/** Turns files of all types into text: by the external engine that is configured for the type, else in worker processes. */
@Injectable()
export class ExtractionService {
  private readonly logger = new Logger(ExtractionService.name);
  private readonly pool: WorkerPool<ExtractionTask, ExtractedPart[], Uint8Array>;

  constructor(
    workers: WorkersService,
    private readonly engines: EnginesService,
  ) {
    this.pool = workers.open(join(__dirname, 'extraction.worker'), LIMITS);
  }

  /**
   * Parts in their order, made as they are read. A text file may have blank text; other files without text are refused.
   * @throws ExtractionError with a reason for the user; the reason of the signal.
   */
  async *extract(input: ExtractionInput, signal?: AbortSignal): AsyncGenerator<ExtractedPart, void> {
    const engine = this.engines.find(input);
    if (engine) for (const part of await engine.extract(input, signal)) yield clean(part);
    else yield* this.readHere(input, signal);
  }

  private async *readHere(input: ExtractionInput, signal?: AbortSignal): AsyncGenerator<ExtractedPart, void> {
    const task = { name: input.name, contentType: input.contentType ?? '' };
    let content: Readable | undefined;
    try {
      content = await input.open();
      for await (const parts of this.pool.run(task, { signal, feed: bytesOf(content) })) yield* parts;
    } catch (error) {
      throw this.toExtractionError(error);
    } finally {
      // A task that was refused has not begun to read.
      content?.destroy();
    }
  }

  private toExtractionError(error: unknown): unknown {
    if (error instanceof TaskRefusal) return new ExtractionError(error.message);
    if (!(error instanceof WorkerError)) return error;
    if (error.failure === 'failed' || error.failure === 'crash') this.logger.warn(`${error.message}: ${error.details}`);
    return new ExtractionError(REASONS[error.failure]);
  }
}

/** Loaders return more than the place of a text. */
const NOT_METADATA = new Set(['content', 'pages', 'tables', 'paragraphs', 'sections', 'figures']);

function clean({ text, metadata }: ExtractedPart): ExtractedPart {
  const kept = Object.entries(metadata).filter(([key]) => !NOT_METADATA.has(key));
  return { text: cleanText(text), metadata: Object.fromEntries(kept) };
}

async function* bytesOf(stream: Readable): AsyncGenerator<Uint8Array, void> {
  yield* stream as AsyncIterable<Uint8Array>;
}
