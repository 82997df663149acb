import type { Request } from 'express';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import type { Observable } from 'rxjs';
import { OptionalPathIntPipe } from '../../../../common/validation/path-int.pipe';
import type { TemporaryFile } from '../../../../platform/storage/temporary-file';
import { TemporaryFiles } from '../../../../platform/storage/temporary-files';
import { OllamaSettings } from '../ollama.settings';
import { OllamaHostsService } from '../ollama-hosts.service';

/** A received file; closed when the request ends. */
export interface ReceivedFile {
  /** File name sent by the client. */
  originalname: string;
  content: TemporaryFile;
}

interface Part {
  stream: NodeJS.ReadableStream & AsyncIterable<Uint8Array>;
}

type Done = (error: unknown, received?: Omit<ReceivedFile, 'originalname'>) => void;

const FIELD = 'file';

/** Multer storage that writes to a temporary file and enforces the configured size limit. */
class TemporaryStorage {
  constructor(
    private readonly files: TemporaryFiles,
    private readonly settings: OllamaSettings,
  ) {}

  _handleFile(request: Request, { stream }: Part, done: Done): void {
    this.receive(request, stream).then((content) => done(null, { content }), done);
  }

  _removeFile(_: Request, { content }: ReceivedFile, done: (error: unknown) => void): void {
    content.close().then(() => done(null), done);
  }

  private async receive(request: Request, stream: Part['stream']): Promise<TemporaryFile> {
    const content = await this.files.create();
    const close = () => void content.close();
    if (request.res?.closed) close();
    else request.res?.once('close', close);
    await content.append(stream, { maxBytes: this.settings.max_model_file_mb * 1024 * 1024 });
    return content;
  }
}

const Multipart = FileInterceptor(FIELD);
const LIMITS = { files: 1, fields: 10, fieldSize: 1024, parts: 11 };

/** Reads the model file from the body, after the target server has been resolved. */
@Injectable()
export class ModelFileInterceptor implements NestInterceptor {
  private readonly index = new OptionalPathIntPipe();
  private readonly multipart: NestInterceptor;

  constructor(
    files: TemporaryFiles,
    settings: OllamaSettings,
    private readonly hosts: OllamaHostsService,
  ) {
    const storage = new TemporaryStorage(files, settings);
    this.multipart = new Multipart({ storage, limits: LIMITS, defParamCharset: 'utf8' });
  }

  /** @throws ValidationError, NotFoundError before any bytes of the file are read. */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<Observable<unknown>> {
    const { url_idx: given } = context.switchToHttp().getRequest<Request<{ url_idx?: string }>>().params;
    this.hosts.get(this.index.transform(given, { type: 'param', data: 'url_idx' }) ?? 0);
    return this.multipart.intercept(context, next);
  }
}
