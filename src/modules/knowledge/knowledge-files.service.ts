import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { BadRequestError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { nowSeconds } from '../../common/util/time';
import { FileProcessingService } from '../files/file-processing.service';
import { FilesService } from '../files/files.service';
import type { StoredFile } from '../files/files.types';
import { compareFiles } from './compare-files';
import { KnowledgeIndexService } from './reindex/knowledge-index.service';
import { KnowledgeFilesRepository } from './knowledge-files.repository';
import type {
  BatchAddResponse,
  CompareFilesRequest,
  CompareFilesResponse,
  KnowledgeFilesResponse,
  KnowledgeHeadResponse,
} from './knowledge.dto';
import { duplicateDetail, fileMissingDetail, KnowledgeDetail } from './knowledge.errors';
import { KnowledgeService } from './knowledge.service';

/** Milliseconds for which adding one file waits for its processing. */
const PROCESSING_WAIT = 10_000;

/** Which files a base has. Each change locks the base, so that concurrent ones see each other. */
@Injectable()
export class KnowledgeFilesService {
  constructor(
    private readonly knowledge: KnowledgeService,
    private readonly links: KnowledgeFilesRepository,
    private readonly files: FilesService,
    private readonly processing: FileProcessingService,
    private readonly index: KnowledgeIndexService,
  ) {}

  /**
   * Adds a file that the principal may read. One that is still processed is waited for a moment, then added as it is: the
   * base finds its text as soon as there is some (docs/adr/0050-knowledge-links.md).
   * @throws BadRequestError when the processing failed, and for duplicate content.
   */
  async add(principal: Principal, id: string, fileId: string, client: AbortSignal): Promise<KnowledgeFilesResponse> {
    await this.knowledge.assertWritable(principal, id);
    const [found] = await this.files.findAllFor(principal, 'read', [fileId]);
    if (!found) throw new BadRequestError(Detail.notFound);
    const isPending = found.status === 'pending';
    const file = isPending ? ((await this.processing.settled(fileId, client, PROCESSING_WAIT)) ?? found) : found;
    const fault = faultOf(file);
    if (fault !== undefined) throw new BadRequestError(fault);
    const response = await this.knowledge.changeFiles(principal, id, async () => {
      const [accepted] = (await this.withoutDuplicates(id, [file])).accepted;
      if (!accepted || (await this.links.findLinked(id, [fileId])).has(fileId))
        throw new BadRequestError(duplicateDetail);
      const added = await this.links.insert(id, principal.id, [fileId], nowSeconds());
      if (added === 0) throw new BadRequestError(Detail.notFound);
    });
    return this.knowledge.withFiles(response);
  }

  /**
   * Adds what can be added, and tells of the rest. Files that the base has already are no fault.
   * @throws BadRequestError when a file is missing or the principal may not read it: nothing is added then.
   */
  async addAll(principal: Principal, id: string, fileIds: readonly string[]): Promise<BatchAddResponse> {
    await this.knowledge.assertWritable(principal, id);
    const files = await this.files.findAllFor(principal, 'read', fileIds);
    const known = new Set(files.map((file) => file.id));
    const missing = fileIds.find((fileId) => !known.has(fileId));
    if (missing !== undefined) throw new BadRequestError(fileMissingDetail(missing.slice(0, 100)));
    const errors: string[] = [];
    const usable = files.filter((file) => note(errors, file, faultOf(file)));
    const response = await this.knowledge.changeFiles(principal, id, async () => {
      const linked = await this.links.findLinked(id, fileIds);
      const fresh = usable.filter((file) => !linked.has(file.id));
      const { accepted, duplicates } = await this.withoutDuplicates(id, fresh);
      duplicates.forEach((file) => note(errors, file, KnowledgeDetail.duplicate));
      await this.links.insert(
        ...([id, principal.id] as const),
        accepted.map((file) => file.id),
        nowSeconds(),
      );
    });
    const answer = await this.knowledge.withFiles(response);
    return errors.length === 0 ? answer : { ...answer, warnings: { message: KnowledgeDetail.someFailed, errors } };
  }

  /**
   * Reads the file again into the index, and waits for that for a moment.
   * @throws BadRequestError for a file that is not in the base, and when the processing failed.
   */
  async refresh(
    principal: Principal,
    id: string,
    fileId: string,
    client: AbortSignal,
  ): Promise<KnowledgeFilesResponse> {
    const response = await this.knowledge.changeFiles(principal, id, async () => {
      if (!(await this.links.findLinked(id, [fileId])).has(fileId)) throw new BadRequestError(Detail.notFound);
      await this.index.refresh(fileId);
    });
    const file = await this.processing.settled(fileId, client, PROCESSING_WAIT);
    if (file?.status === 'failed') throw new BadRequestError(faultOf(file));
    return this.knowledge.withFiles(response);
  }

  /**
   * Takes a file out of the base. With `deletesFile` the file is deleted, if it is the principal's and in no other base.
   * @throws BadRequestError for a file that is not in the base.
   */
  async remove(
    principal: Principal,
    id: string,
    fileId: string,
    { deletesFile }: { deletesFile: boolean },
  ): Promise<KnowledgeFilesResponse> {
    const response = await this.knowledge.changeFiles(principal, id, async () => {
      if (!(await this.links.delete(id, fileId))) throw new BadRequestError(Detail.notFound);
      const ownerId = isAdmin(principal) ? null : principal.id;
      if (deletesFile && (await this.links.lockUnlinked(fileId, ownerId))) await this.files.remove(fileId);
    });
    return this.knowledge.withFiles(response);
  }

  /** Takes all files out of the base; the files stay. */
  async reset(principal: Principal, id: string): Promise<KnowledgeHeadResponse> {
    const response = await this.knowledge.changeFiles(principal, id, () => this.links.deleteAll(id));
    return { ...response, files: null };
  }

  /** Tells a client which of its files the base is lacking, for a synchronisation by content. */
  async compare(principal: Principal, id: string, { files }: CompareFilesRequest): Promise<CompareFilesResponse> {
    await this.knowledge.assertWritable(principal, id);
    return compareFiles(files, await this.links.findContents(id));
  }

  /** The first file of each content that the base does not have. Files without extracted text are never duplicates. */
  private async withoutDuplicates(
    id: string,
    files: readonly StoredFile[],
  ): Promise<{ accepted: StoredFile[]; duplicates: StoredFile[] }> {
    const hashes = await this.links.findHashes(
      id,
      files.map(({ hash }) => hash).filter((hash) => hash !== null),
    );
    const [accepted, duplicates]: [StoredFile[], StoredFile[]] = [[], []];
    for (const file of files) {
      const isDuplicate = file.hash !== null && hashes.has(file.hash);
      (isDuplicate ? duplicates : accepted).push(file);
      if (file.hash !== null) hashes.add(file.hash);
    }
    return { accepted, duplicates };
  }
}

/** Why a file cannot be added. */
function faultOf({ status, hash, error }: StoredFile): string | undefined {
  if (status === 'failed') return error ?? KnowledgeDetail.noContent;
  return status === null && hash === null ? KnowledgeDetail.noContent : undefined;
}

/** Records a fault. True when there is none. */
function note(errors: string[], { id }: StoredFile, fault: string | undefined): boolean {
  if (fault !== undefined) errors.push(`${id}: ${fault}`);
  return fault === undefined;
}
