import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { BadRequestError, AppError } from '../../../../common/errors/app-error';
import { toErrorText } from '../../../../common/errors/to-error-response';
import { missing, ValidationError } from '../../../../common/errors/validation-error';
import { sseFrame } from '../../../../common/http/answers/sse';
import { eventStream, type StreamAnswer } from '../../../../common/http/answers/stream-answer';
import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import { progressOf } from '../../../../common/util/progress';
import type { TemporaryFile } from '../../../../platform/storage/temporary-file';
import { TemporaryFiles } from '../../../../platform/storage/temporary-files';
import { ModelDownloadsService, type ReportBytes } from './model-downloads.service';
import type { ReceivedFile } from './model-file.interceptor';
import { fileName, modelNameOf, type ModelSource } from './model-sources';
import { withErrorForm } from '../ollama-errors';
import type { OllamaHost } from '../ollama-host';
import { OllamaHostsService } from '../ollama-hosts.service';
import { OllamaModelListsService } from '../ollama-model-lists.service';
import type { OllamaDownloadRequest } from '../ollama.dto';

/** Bytes between two progress events when the total size is unknown. */
const STEP = 16 * 1024 * 1024;

/** Transfers model files to Ollama servers, through a temporary file. */
@Injectable()
export class OllamaFilesService {
  constructor(
    private readonly hosts: OllamaHostsService,
    private readonly lists: OllamaModelListsService,
    private readonly downloads: ModelDownloadsService,
    private readonly files: TemporaryFiles,
  ) {}

  /**
   * Creates a model from an uploaded file. @throws ValidationError without a file, BadRequestError without a file name.
   */
  upload(file: ReceivedFile | undefined, signal: AbortSignal, index = 0): StreamAnswer {
    if (!file) throw new ValidationError([missing(['body', 'file'], null)]);
    const name = fileName(file.originalname);
    if (name === null) throw new BadRequestError('The file needs a name');
    return toEventStream(this.handOver(this.hosts.get(index), name, file.content, signal));
  }

  /** Creates a model from a remote file. @throws BadRequestError for a URL that is not allowed. */
  download({ url }: OllamaDownloadRequest, signal: AbortSignal, index = 0): StreamAnswer {
    const source = this.downloads.sourceAt(url);
    return toEventStream(this.fetch(this.hosts.get(index), source, signal));
  }

  private async *handOver(
    host: OllamaHost,
    name: string,
    file: TemporaryFile,
    signal: AbortSignal,
  ): AsyncGenerator<JsonObject> {
    const blob = yield* withProgress((report) => this.pushBlob(host, file, signal, report));
    const model = modelNameOf(name);
    const body = { model, files: { [name]: blob }, stream: false };
    const answer = await withErrorForm('bare', this.hosts.read(host, { path: '/api/create', body, signal }));
    if (isJsonObject(answer) && answer.error !== undefined) throw new AppError(500, errorTextOf(answer.error));
    await this.lists.refresh(host);
    yield { done: true, blob, name, model_created: model };
  }

  private async *fetch(host: OllamaHost, source: ModelSource, signal: AbortSignal): AsyncGenerator<JsonObject> {
    const file = await this.files.create();
    try {
      yield* withProgress((report) => this.downloads.fetch(source, file, { report, signal }));
      const blob = await this.pushBlob(host, file, signal);
      yield { done: true, blob, name: source.name };
    } finally {
      await file.close();
    }
  }

  /** @returns the digest that names the blob on the Ollama server. */
  private async pushBlob(
    host: OllamaHost,
    file: TemporaryFile,
    signal: AbortSignal,
    report?: ReportBytes,
  ): Promise<string> {
    const { size, digest } = file;
    const content = Readable.from(
      counted(file.read(), (sent) => report?.(sent, size)),
      { objectMode: false },
    );
    const path = `/api/blobs/sha256:${digest}`;
    await withErrorForm('bare', this.hosts.read(host, { path, file: { content, size }, signal }));
    return `sha256:${digest}`;
  }
}

/** Yields progress of `work`, at most once per percent. */
async function* withProgress<R>(work: (report: ReportBytes) => Promise<R>): AsyncGenerator<JsonObject, R> {
  let last = -1;
  return yield* progressOf<JsonObject, R>((report) =>
    work((completed, total) => {
      const step = total === null ? Math.floor(completed / STEP) : Math.floor((completed / total) * 100);
      if (step === last) return;
      last = step;
      report({ progress: total === null ? null : step, total, completed });
    }),
  );
}

async function* counted(bytes: AsyncIterable<Uint8Array>, report: (sent: number) => void): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const part of bytes) {
    report((sent += part.byteLength));
    yield part;
  }
}

const errorTextOf = (error: unknown): string => (typeof error === 'string' ? error : JSON.stringify(error));

function toEventStream(events: AsyncIterable<JsonObject>): StreamAnswer {
  return eventStream(framed(events), (error) => sseFrame({ error: toErrorText(error) }));
}

async function* framed(events: AsyncIterable<JsonObject>): AsyncGenerator<string> {
  for await (const event of events) yield sseFrame(event);
}
