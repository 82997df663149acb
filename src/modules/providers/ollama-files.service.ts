import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { BadRequestError, AppError } from '../../common/errors/app-error';
import { toErrorText } from '../../common/errors/to-error-answer';
import { missing, ValidationError } from '../../common/errors/validation-error';
import { EventStream } from '../../common/http/event-stream';
import { isJsonObject, type JsonObject } from '../../common/util/json';
import { progressOf } from '../../common/util/progress';
import type { TemporaryFile } from '../../platform/storage/temporary-file';
import { TemporaryFiles } from '../../platform/storage/temporary-files';
import { ModelDownloadsService, type ReportBytes } from './ollama/model-downloads.service';
import type { ReceivedFile } from './ollama/model-file.interceptor';
import { fileName, modelNameOf, type ModelSource } from './ollama/model-sources';
import { relaying } from './ollama/ollama-errors';
import type { OllamaHost } from './ollama/ollama-host';
import { OllamaHostsService } from './ollama/ollama-hosts.service';
import { OllamaModelListsService } from './ollama/ollama-model-lists.service';
import type { OllamaDownloadRequest } from './ollama.dto';

/** Bytes of which each is told when nobody knows how many there will be. */
const STEP = 16 * 1024 * 1024;

/** Model files that come through this server: kept on disk for as long as it takes to hand them to Ollama. */
@Injectable()
export class OllamaFilesService {
  constructor(
    private readonly hosts: OllamaHostsService,
    private readonly lists: OllamaModelListsService,
    private readonly downloads: ModelDownloadsService,
    private readonly files: TemporaryFiles,
  ) {}

  /** Makes a model of an uploaded file. @throws ValidationError without one, BadRequestError for one without a name. */
  upload(file: ReceivedFile | undefined, signal: AbortSignal, index = 0): EventStream {
    if (!file) throw new ValidationError([missing(['body', 'file'], null)]);
    const name = fileName(file.originalname);
    if (name === null) throw new BadRequestError('The file needs a name');
    return inEvents(this.handOver(this.hosts.get(index), name, file.content, signal));
  }

  /** Gives a file from elsewhere to Ollama. @throws BadRequestError for an address that nothing may be downloaded from. */
  download({ url }: OllamaDownloadRequest, signal: AbortSignal, index = 0): EventStream {
    const source = this.downloads.sourceAt(url);
    return inEvents(this.fetch(this.hosts.get(index), source, signal));
  }

  private async *handOver(
    host: OllamaHost,
    name: string,
    file: TemporaryFile,
    signal: AbortSignal,
  ): AsyncGenerator<JsonObject> {
    const blob = yield* told((report) => this.pushBlob(host, file, signal, report));
    const model = modelNameOf(name);
    const body = { model, files: { [name]: blob }, stream: false };
    const answer = await relaying('bare', this.hosts.read(host, { path: '/api/create', body, signal }));
    if (isJsonObject(answer) && answer.error !== undefined) throw new AppError(500, textOf(answer.error));
    await this.lists.refresh(host);
    yield { done: true, blob, name, model_created: model };
  }

  private async *fetch(host: OllamaHost, source: ModelSource, signal: AbortSignal): AsyncGenerator<JsonObject> {
    const file = await this.files.create();
    try {
      yield* told((report) => this.downloads.fetch(source, file, { report, signal }));
      const blob = await this.pushBlob(host, file, signal);
      yield { done: true, blob, name: source.name };
    } finally {
      await file.close();
    }
  }

  /** @returns the name of the blob at Ollama. */
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
    await relaying('bare', this.hosts.read(host, { path, file: { content, size }, signal }));
    return `sha256:${digest}`;
  }
}

/** The progress of work on bytes, for every percent. */
async function* told<R>(work: (report: ReportBytes) => Promise<R>): AsyncGenerator<JsonObject, R> {
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

const textOf = (error: unknown): string => (typeof error === 'string' ? error : JSON.stringify(error));

const frame = (data: JsonObject): string => `data: ${JSON.stringify(data)}\n\n`;

function inEvents(events: AsyncIterable<JsonObject>): EventStream {
  return new EventStream(framed(events), (error) => frame({ error: toErrorText(error) }));
}

async function* framed(events: AsyncIterable<JsonObject>): AsyncGenerator<string> {
  for await (const event of events) yield frame(event);
}
