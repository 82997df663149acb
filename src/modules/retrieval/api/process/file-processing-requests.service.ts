import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../../../common/auth/principal';
import { BadRequestError, ForbiddenError, NotFoundError } from '../../../../common/errors/app-error';
import { Detail } from '../../../../common/errors/details';
import { Semaphore } from '../../../../common/util/semaphore';
import { FileContentsService } from '../../../files/file-contents.service';
import { FileProcessingService } from '../../../files/file-processing.service';
import { FilesService } from '../../../files/files.service';
import { collectionNameOf, type StoredFile } from '../../../files/files.types';
import { CollectionsService } from '../../ingest/collections.service';
import { IngestDetail } from '../../ingest/ingest.errors';
import { SearchSettings } from '../../search/search.settings';
import type {
  BatchFile,
  ProcessedFile,
  ProcessFileRequest,
  ProcessFileResponse,
  ProcessFilesRequest,
  ProcessFilesResponse,
} from './process.dto';

/** Requests that wait for the processing of files, which is done by jobs. */
@Injectable()
export class FileProcessingRequestsService {
  /** Each takes a database connection. */
  private readonly starts = new Semaphore(4);

  constructor(
    private readonly files: FilesService,
    private readonly contents: FileContentsService,
    private readonly processing: FileProcessingService,
    private readonly collections: CollectionsService,
    private readonly settings: SearchSettings,
  ) {}

  /**
   * Processes a file of the principal: with the given text, into a further collection, or from its bytes.
   * @throws NotFoundError for a file that is missing or of another user; BadRequestError when the processing fails.
   */
  async processFile(
    principal: Principal,
    request: ProcessFileRequest,
    client: AbortSignal,
  ): Promise<ProcessFileResponse> {
    const file = await this.getOwn(principal, request.file_id);
    const collection = request.collection_name || collectionNameOf(file.id);
    await this.assertUsable(principal, file, collection);
    const done = await this.process(file, request.content || null, collection !== collectionNameOf(file.id), client);
    if (done.status === 'failed') throw new BadRequestError(done.error ?? IngestDetail.unexpected);
    if (collection !== collectionNameOf(file.id)) await this.collections.addFiles(principal, collection, [file.id]);
    const isIndexed = !this.settings.bypass_embedding_and_retrieval;
    return {
      status: true,
      collection_name: isIndexed ? collection : null,
      filename: file.filename,
      content: (await this.contents.textOf([file.id])).get(file.id) ?? '',
    };
  }

  /** Adds files to a collection. Each has a result of its own; of files that the principal may not use it tells nothing. */
  async processFiles(
    principal: Principal,
    { files: sent, collection_name: collection }: ProcessFilesRequest,
    client: AbortSignal,
  ): Promise<ProcessFilesResponse> {
    if (!(await this.collections.canAddTo(principal, collection))) throw new ForbiddenError(Detail.accessProhibited);
    const ids = sent.map(({ id }) => id);
    const files = new Map((await this.files.findAllFor(principal, 'read', ids)).map((file) => [file.id, file]));
    const outcomes = await Promise.all(
      sent.map((entry) => this.processEntry(principal, entry, files.get(entry.id), client)),
    );
    const completed = outcomes.filter(({ status }) => status === 'completed').map(({ file_id }) => file_id);
    if (completed.length > 0) await this.collections.addFiles(principal, collection, completed);
    const isFailed = ({ status }: ProcessedFile) => status === 'failed';
    return { results: outcomes, errors: outcomes.filter(isFailed) };
  }

  private async processEntry(
    principal: Principal,
    { id, data }: BatchFile,
    file: StoredFile | undefined,
    client: AbortSignal,
  ): Promise<ProcessedFile> {
    if (!file) return { file_id: id.slice(0, 100), status: 'failed', error: Detail.notFound };
    if (isBlankText(data)) return { file_id: id, status: 'failed', error: IngestDetail.empty };
    const isOwn = file.userId === principal.id || isAdmin(principal);
    const done = isOwn ? await this.process(file, null, true, client) : file;
    const error = done.status === 'completed' ? null : (done.error ?? IngestDetail.empty);
    return { file_id: id, status: error === null ? 'completed' : 'failed', error };
  }

  /** @param keepsText leaves indexed and edited text unchanged; otherwise the file is extracted again */
  private async process(
    file: StoredFile,
    content: string | null,
    keepsText: boolean,
    client: AbortSignal,
  ): Promise<StoredFile> {
    if (content === null && keepsText && file.status === 'completed') return file;
    if (content !== null) await this.starts.run(() => this.processing.restart(file.id, 'text', content));
    else if (file.status !== 'pending')
      await this.starts.run(() =>
        keepsText ? this.processing.refresh(file.id) : this.processing.restart(file.id, file.hasBlob ? 'blob' : 'text'),
      );
    return this.processing.whenDone(file.id, client);
  }

  private async getOwn(principal: Principal, id: string): Promise<StoredFile> {
    const file = await this.files.getFor(principal, 'write', id);
    if (file.userId !== principal.id && !isAdmin(principal)) throw new NotFoundError();
    return file;
  }

  /** @throws ForbiddenError for a collection that the principal may not add the file to, existing or not */
  private async assertUsable(principal: Principal, file: StoredFile, collection: string): Promise<void> {
    if (collection === collectionNameOf(file.id) || (await this.collections.canAddTo(principal, collection))) return;
    throw new ForbiddenError(Detail.accessProhibited);
  }
}

/** Text sent by a client is ignored, except that blank text skips indexing. */
const isBlankText = (data: BatchFile['data']): boolean =>
  typeof data?.content === 'string' && data.content.trim() === '';
