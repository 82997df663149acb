import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError } from '../../common/errors/app-error';
import { sseFrame } from '../../common/http/answers/sse';
import { eventStream, type StreamAnswer } from '../../common/http/answers/stream-answer';
import { LongText } from '../../common/json/json-pieces';
import { jsonAnswer } from './file-lists.service';
import { FileProcessingService } from './file-processing.service';
import { FileStatusService } from './file-status.service';
import {
  progressOf,
  toFileStatusResponse,
  type FileStatusQuery,
  type FileCancelResponse,
  type FileStatusResponse,
} from './files.dto';
import { FilesErrors } from './files.errors';
import { FilesService } from './files.service';
import type { StoredFile } from './files.types';

/** Milliseconds after which a request no longer waits for the processing, which goes on. */
const PATIENCE = 10 * 60_000;
/** Milliseconds after which a stream ends; clients open another one. */
const STREAM_TIME = 60 * 60_000;

/** The processing of a file, as clients follow it, and its text, as they change it. */
@Injectable()
export class FileTextsService {
  constructor(
    private readonly files: FilesService,
    private readonly processing: FileProcessingService,
    private readonly status: FileStatusService,
  ) {}

  /** Once, or as a stream that ends with the processing or the client. */
  async getStatus(
    principal: Principal,
    id: string,
    { stream }: FileStatusQuery,
    client: AbortSignal,
  ): Promise<FileStatusResponse | StreamAnswer> {
    const file = await this.files.getFor(principal, 'read', id);
    return stream ? eventStream(this.events(id, client)) : toFileStatusResponse(file);
  }

  async cancel(principal: Principal, id: string): Promise<FileCancelResponse> {
    await this.files.getFor(principal, 'write', id);
    return { status: await this.processing.cancel(id) };
  }

  /**
   * Answers with the text once it is indexed, or after ten minutes.
   * @throws BadRequestError when it is blank or cannot be indexed.
   */
  async update(principal: Principal, id: string, text: string, client: AbortSignal): Promise<StreamAnswer> {
    await this.files.getFor(principal, 'write', id);
    if (text.trim() === '') throw new BadRequestError(FilesErrors.empty);
    await this.processing.restart(id, 'text', text);
    const file = await this.processing.settled(id, client, PATIENCE);
    if (file?.status === 'failed') throw new BadRequestError(file.error ?? undefined);
    return jsonAnswer({ content: new LongText(text) });
  }

  private async *events(id: string, signal: AbortSignal): AsyncGenerator<string> {
    const end = Date.now() + STREAM_TIME;
    for await (const file of this.status.states(id, signal)) {
      if (file?.status !== null) yield sseFrame(file ? eventOf(file) : { status: 'not_found' });
      if (file?.status !== 'pending' || Date.now() > end) return;
    }
  }
}

const eventOf = ({ status, error, progress }: StoredFile) => ({
  status,
  ...(status === 'failed' && { error }),
  ...progressOf(progress),
});
