import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, RowNotFoundError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { nowSeconds } from '../../common/util/time';
import { timeOrderedId } from '../../common/util/time-ordered-id';
import { Transaction } from '../../platform/database/transaction';
import type { Permission } from '../access/access-grant.entity';
import { AccessService } from '../access/access.service';
import { ShareableService, type ShareableRules } from '../groups/sharing/shareable.service';
import { SharingService } from '../groups/sharing/sharing.service';
import { ModelsService } from '../models/models.service';
import { UsersService } from '../users/users.service';
import { KnowledgeFilesRepository } from './knowledge-files.repository';
import {
  toFileMetadataResponse,
  toFileStateResponse,
  toFilePage,
  toKnowledgeResponse,
  type FileMetadataResponse,
  type FilePageQuery,
  type KnowledgeFilesResponse,
  type KnowledgeHeadResponse,
  type KnowledgeRequest,
  type KnowledgeResponse,
  type KnowledgeUserResponse,
} from './knowledge.dto';
import type { Knowledge } from './knowledge.entity';
import { KnowledgeDetail } from './knowledge.errors';
import { KnowledgeRepository } from './knowledge.repository';

/** Knowledge bases. Lists are sorted by the last change, newest first. */
@Injectable()
export class KnowledgeService extends ShareableService<Knowledge, KnowledgeResponse> {
  protected readonly rules: ShareableRules<Knowledge, KnowledgeResponse> = {
    kind: 'knowledge',
    sharedBy: 'writers',
    toResponse: toKnowledgeResponse,
    refusal: () => new BadRequestError(Detail.accessProhibited),
    missing: () => new BadRequestError(Detail.notFound),
    taken: { constraint: 'knowledge_pkey', refusal: () => new BadRequestError(KnowledgeDetail.idTaken) },
  };

  constructor(
    protected override readonly rows: KnowledgeRepository,
    private readonly links: KnowledgeFilesRepository,
    private readonly models: ModelsService,
    access: AccessService,
    sharing: SharingService,
    users: UsersService,
    transaction: Transaction,
  ) {
    super(rows, access, sharing, users, transaction);
  }

  /** Bases that the principal may use at this level, with their owners and files. Five queries, however many there are. */
  async listFor(principal: Principal, level: Permission): Promise<KnowledgeUserResponse[]> {
    const rows = await this.rows.findAllFor(principal, level);
    const [responses, owners, files] = await Promise.all([
      this.toResponses(rows),
      this.ownersOf(rows),
      this.filesOf(rows.map(({ id }) => id)),
    ]);
    return responses.map((response, index) => ({
      ...response,
      user: owners[index] ?? null,
      files: files.get(response.id) ?? [],
    }));
  }

  /** Null when the principal may not read it. @throws RowNotFoundError when there is none. */
  async find(principal: Principal, id: string, query: FilePageQuery): Promise<KnowledgeFilesResponse | null> {
    const row = await this.rows.findFor(principal, 'read', id);
    if (row) return { ...(await this.responseOf(row)), ...(await this.windowOf(id, query)) };
    if (await this.rows.exists(id)) return null;
    throw new RowNotFoundError();
  }

  /** Which of these bases the principal may read. */
  async findReadable(principal: Principal, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(ids.length === 0 ? [] : await this.rows.findVisibleIds(principal, 'read', ids));
  }

  /** All bases of all accounts; their files stay. */
  deleteAll(): Promise<void> {
    return this.transaction.run(async () => {
      const ids = await this.rows.deleteAll();
      await this.models.removeKnowledge(ids);
      await this.access.removeAllBut(this.type, []);
    });
  }

  async create(principal: Principal, request: KnowledgeRequest): Promise<KnowledgeHeadResponse> {
    const { name, description, access_control: wanted = null } = request;
    const now = nowSeconds();
    const row = { id: timeOrderedId(), userId: principal.id, name, description, meta: null };
    return { ...(await this.insert(principal, { ...row, createdAt: now, updatedAt: now }, wanted)), files: null };
  }

  async update(principal: Principal, id: string, request: KnowledgeRequest): Promise<KnowledgeFilesResponse> {
    const { name, description, access_control: wanted } = request;
    const response = await this.change(principal, id, { name, description, updatedAt: nowSeconds() }, wanted);
    return this.withFiles(response);
  }

  /**
   * Runs a change of the list of files, alone on this base, and answers the base as it is then.
   * @throws BadRequestError for a base that is missing or that the principal may not change.
   */
  async changeFiles(principal: Principal, id: string, change: () => Promise<unknown>): Promise<KnowledgeResponse> {
    return this.transaction.run(async () => {
      if (!(await this.rows.lock(id))) throw new BadRequestError(Detail.notFound);
      const row = await this.getWritable(principal, id);
      await change();
      const updatedAt = nowSeconds();
      await this.rows.update(id, { updatedAt });
      return this.responseOf({ ...row, updatedAt });
    });
  }

  /** Does not check access. @returns whether there is such a base and it had the file. */
  removeFile(id: string, fileId: string): Promise<boolean> {
    return this.transaction.run(async () => {
      if (!(await this.rows.lock(id)) || !(await this.links.delete(id, fileId))) return false;
      await this.rows.update(id, { updatedAt: nowSeconds() });
      return true;
    });
  }

  /** @throws BadRequestError for a base that is missing or that the principal may not change. */
  async assertWritable(principal: Principal, id: string): Promise<void> {
    await this.getWritable(principal, id);
  }

  async withFiles(response: KnowledgeResponse): Promise<KnowledgeFilesResponse> {
    return { ...response, files: (await this.filesOf([response.id])).get(response.id) ?? [] };
  }

  /** The files of a base that stays have to stay with it. */
  override async handOver(ownerId: string, heirId: string): Promise<void> {
    await super.handOver(ownerId, heirId);
    await this.links.assignLinked(ownerId, heirId);
  }

  protected override async remove(id: string): Promise<true> {
    await this.models.removeKnowledge([id]);
    return super.remove(id);
  }

  protected override async discard(ids: readonly string[]): Promise<void> {
    await this.models.removeKnowledge(ids);
    await super.discard(ids);
  }

  private async responseOf(row: Knowledge): Promise<KnowledgeResponse> {
    return toKnowledgeResponse(row, await this.access.accessControlOf(this.type, row.id));
  }

  private async windowOf(
    id: string,
    query: FilePageQuery,
  ): Promise<Omit<KnowledgeFilesResponse, keyof KnowledgeResponse>> {
    const page = toFilePage(query);
    if (!page) return { files: (await this.filesOf([id])).get(id) ?? [] };
    const { files, counts } = await this.links.findPage(id, page);
    return { files: files.map(toFileStateResponse), ...counts };
  }

  private async filesOf(ids: readonly string[]): Promise<Map<string, FileMetadataResponse[]>> {
    const files = new Map<string, FileMetadataResponse[]>(ids.map((id) => [id, []]));
    if (ids.length === 0) return files;
    for (const file of await this.links.findOverviews(ids))
      files.get(file.knowledgeId)?.push(toFileMetadataResponse(file));
    return files;
  }
}
