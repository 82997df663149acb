import { Injectable, Logger } from '@nestjs/common';
import { AppError, BadRequestError, PayloadTooLargeError } from '../../../../common/errors/app-error';
import { sleep } from '../../../../common/util/time';
import { HttpClient } from '../../../../platform/http-client/http-client';
import { OutgoingError, type OutgoingFailure } from '../../../../platform/http-client/outgoing-error';
import type { OutgoingResponse } from '../../../../platform/http-client/outgoing-response';
import type { TemporaryFile } from '../../../../platform/storage/temporary-file';
import { OllamaSettings } from '../ollama.settings';
import { ProvidersSettings } from '../../providers.settings';
import { isDownloadHost, sourceAt, type ModelSource } from './model-sources';

const MAX_HOPS = 5;
/** Consecutive attempts that received no bytes. */
const MAX_FAILURES = 4;
/** Milliseconds of delay before a retry, multiplied by the consecutive failures. */
const PAUSE = 1_000;
/** Errors that a retry may fix. */
const TRANSIENT: readonly OutgoingFailure[] = ['refused', 'dns', 'timeout', 'reset'];
const PARTIAL = 206;

/** Bytes received so far; `total` is null when the server does not send a length. */
export type ReportBytes = (completed: number, total: number | null) => void;

export interface DownloadOptions {
  report: ReportBytes;
  signal: AbortSignal;
}

/** Downloads model files from remote hosts. Interrupted downloads resume. */
@Injectable()
export class ModelDownloadsService {
  private readonly logger = new Logger(ModelDownloadsService.name);

  constructor(
    private readonly http: HttpClient,
    private readonly settings: OllamaSettings,
    private readonly options: ProvidersSettings,
  ) {}

  /** @throws BadRequestError (contract) for a URL that is not an allowed source. */
  sourceAt(url: string): ModelSource {
    const source = sourceAt(url, this.settings.model_sources);
    if (!source) throw new BadRequestError('Invalid file_url. Only URLs from allowed hosts are permitted.');
    return source;
  }

  /** @throws AppError with a message for clients; the signal's reason after an abort. */
  async fetch({ url }: ModelSource, file: TemporaryFile, options: DownloadOptions): Promise<void> {
    for (let failures = 0; ; failures++) {
      const before = file.size;
      try {
        return await this.fetchRest(url, file, options);
      } catch (error) {
        if (file.size > before) failures = 0;
        if (!isTransient(error) || failures >= MAX_FAILURES) throw toClientError(error);
        this.logger.warn(`Download interrupted at ${file.size} bytes: ${String(error)}`);
        await sleep(PAUSE * failures, options.signal);
        options.signal.throwIfAborted();
      }
    }
  }

  private async fetchRest(url: string, file: TemporaryFile, { report, signal }: DownloadOptions): Promise<void> {
    const response = await this.follow(url, file.size, signal);
    if (file.size > 0 && !isRest(response, file.size)) {
      if (response.status === PARTIAL)
        throw new AppError(502, 'The server returned a different byte range than requested');
      await file.clear();
    }
    const total = totalIn(response, file.size);
    const maxBytes = this.settings.max_model_file_mb * 1024 * 1024;
    if (total !== null && total > maxBytes) {
      response.discard();
      throw new PayloadTooLargeError('The file is too large');
    }
    await file.append(response.stream(), { maxBytes, onPart: (size) => report(size, total) });
  }

  /** Requests the bytes from `start` on; every redirect target is checked. */
  private async follow(url: string, start: number, signal: AbortSignal): Promise<OutgoingResponse> {
    let target = url;
    for (let hop = 0; hop < MAX_HOPS; hop++) {
      const response = await this.http.send(target, {
        headers: { 'accept-encoding': 'identity', ...(start > 0 && { range: `bytes=${start}-` }) },
        isPublicOnly: !this.settings.model_sources.includes(new URL(target).origin),
        idleTimeout: this.options.idle_timeout * 1000,
        signal,
      });
      if (response.isSuccess) return response;
      response.discard();
      target = this.nextHop(response, target);
    }
    throw new AppError(502, 'Too many redirects');
  }

  private nextHop(response: OutgoingResponse, from: string): string {
    const location = response.header('location');
    const isRedirect = response.status >= 300 && response.status < 400 && location !== undefined;
    if (!isRedirect) throw new AppError(502, `${new URL(from).host} responded with status ${response.status}`);
    const next = URL.canParse(location, from) ? new URL(location, from).href : '';
    if (!isDownloadHost(next, this.settings.model_sources))
      throw new AppError(502, 'The server redirects to a host that downloads are not allowed from');
    return next;
  }
}

/** True when the response holds the bytes from `start` on. */
function isRest(response: OutgoingResponse, start: number): boolean {
  const [, first] = /^bytes (\d+)-/.exec(response.header('content-range') ?? '') ?? [];
  return response.status === PARTIAL && (first === undefined || Number(first) === start);
}

/** Size of the whole file in bytes. */
function totalIn(response: OutgoingResponse, start: number): number | null {
  const length = Number(response.header('content-length') ?? Number.NaN);
  return Number.isInteger(length) ? length + (response.status === PARTIAL ? start : 0) : null;
}

const isTransient = (error: unknown): boolean => error instanceof OutgoingError && TRANSIENT.includes(error.failure);

const toClientError = (error: unknown): unknown =>
  error instanceof OutgoingError ? new AppError(502, error.message) : error;
