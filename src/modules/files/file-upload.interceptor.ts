import type { Readable } from 'node:stream';
import {
  HttpException,
  Injectable,
  createParamDecorator,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import type { Request } from 'express';
import { catchError, from, mergeMap, throwError, type Observable } from 'rxjs';
import { principalOf } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError } from '../../common/errors/app-error';
import { ContractValidationPipe } from '../../common/validation/contract-validation.pipe';
import { FileUploadsService, type ReceivedFile, type ReceivedForm } from './file-uploads.service';
import { UploadFileQuery } from './files.dto';
import { FilesErrors } from './files.errors';
import { MultipartWatch } from './multipart-watch';

/** As multer hands it to a storage. */
interface IncomingFile {
  originalname: string;
  mimetype: string;
  stream: Readable;
}

/** What the interceptor knows of a request while its form is read. */
interface Upload {
  principal: Principal;
  watch: MultipartWatch;
  /** Bytes that the file may have. */
  room: number;
  mustBeAllowed: boolean;
}

interface Parser extends NodeJS.WritableStream {
  destroy(error: Error): void;
}

type Done = (error: unknown, file?: ReceivedFile) => void;

const Multipart = FileInterceptor('file');
/** Bytes that are read while earlier ones are written. */
const READ_AHEAD = 1024 * 1024;
const LIMITS = { files: 1, fields: 10, parts: 11, fieldNameSize: 100, fieldSize: 256 * 1024, headerPairs: 20 };

/**
 * Reads the form of an upload. The file goes straight to the storage, and everything around it is bounded. The query and
 * the announced size are checked before a byte is read.
 */
@Injectable()
export class FileUploadInterceptor implements NestInterceptor {
  private readonly validation = new ContractValidationPipe();

  constructor(private readonly files: FileUploadsService) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const principal = principalOf(context);
    if (!principal || !request.is('multipart')) return next.handle();
    const metadata = { type: 'query', metatype: UploadFileQuery } as const;
    const { process = true } = this.validation.transform(request.query, metadata) as UploadFileQuery;
    const watch = MultipartWatch.of(request.headers['content-type'] ?? '');
    const room = await this.files.roomOf(principal);
    this.files.assertRoom(watch.leastBytes(request.headers['content-length']), room);
    const multipart: NestInterceptor = new Multipart(
      this.optionsOf({ principal, watch, room, mustBeAllowed: process }),
    );
    return from(Promise.resolve(multipart.intercept(context, next))).pipe(
      mergeMap((result) => result),
      catchError((error: unknown) => throwError(() => withoutInput(error))),
    );
  }

  private optionsOf(upload: Upload) {
    return {
      ...{ limits: LIMITS, defParamCharset: 'utf8', fileHwm: READ_AHEAD },
      storage: {
        _handleFile: (_: Request, file: IncomingFile, done: Done) =>
          void this.receive(upload, file).then((received) => done(null, received), done),
        _removeFile: (_: Request, file: ReceivedFile, done: Done) =>
          void this.files.discard(file).then(() => done(null), done),
      },
      streamHandler: (request: Request, parser: Parser) => {
        request.on('data', (chunk: Buffer) => upload.watch.onData(chunk, request, parser));
        request.pipe(parser);
      },
    };
  }

  private async receive({ principal, watch, room, mustBeAllowed }: Upload, file: IncomingFile): Promise<ReceivedFile> {
    const { originalname: name, mimetype, stream } = file;
    const type = watch.hasFileType(mimetype) ? mimetype : null;
    if (mustBeAllowed) this.files.assertAllowed(name);
    return { name, type, ...(await this.files.receive(principal, watch.counted(stream), room)) };
  }
}

/** What the form brought. */
export const UploadedForm = createParamDecorator((_: unknown, context: ExecutionContext): ReceivedForm => {
  const { file, body } = context.switchToHttp().getRequest<{ file?: ReceivedFile; body?: Record<string, unknown> }>();
  return { file, metadata: file && body?.metadata };
});

/** The messages of the parser name fields of the form. */
function withoutInput(error: unknown): unknown {
  const isOfParser = error instanceof HttpException && error.getStatus() === 400;
  return isOfParser ? new BadRequestError(FilesErrors.invalidForm) : error;
}
