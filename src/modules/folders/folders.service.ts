import { Injectable } from '@nestjs/common';
import { ownedBy } from '../../common/auth/owned-by';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, NotFoundError } from '../../common/errors/app-error';
import { Detail, errorDetail } from '../../common/errors/details';
import { asString, objectsIn, type JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { timeOrderedId } from '../../common/util/time-ordered-id';
import { isUniqueViolation } from '../../platform/database/database';
import { Transaction } from '../../platform/database/transaction';
import { FilesService } from '../files/files.service';
import { PermissionsService } from '../groups/permissions/permissions.service';
import { KnowledgeService } from '../knowledge/knowledge.service';
import { findNamed } from './folder-names';
import type { Folder } from './folder.entity';
import {
  toFolderResponse,
  toFolderSummaryResponse,
  type CreateFolderRequest,
  type FolderResponse,
  type FolderSummaryResponse,
  type UpdateFolderRequest,
} from './folders.dto';
import { FoldersRepository } from './folders.repository';
import { FoldersSettings } from './folders.settings';

const EXISTS = errorDetail('Folder already exists');
const NOT_UPDATED = errorDetail('Error updating folder');
const refusal = () => new NotFoundError();

/** The settings that a folder adds to its chats. */
export interface FolderContext {
  /** May be empty. */
  systemPrompt: string;
  files: JsonObject[];
}

@Injectable()
export class FoldersService {
  constructor(
    private readonly folders: FoldersRepository,
    private readonly permissions: PermissionsService,
    private readonly settings: FoldersSettings,
    private readonly files: FilesService,
    private readonly knowledge: KnowledgeService,
    private readonly transaction: Transaction,
  ) {}

  /** Most recently changed first. */
  async list(principal: Principal): Promise<FolderSummaryResponse[]> {
    return (await this.folders.findSummaries(principal.id)).map(toFolderSummaryResponse);
  }

  /** Creates a folder at the top. @throws BadRequestError when a folder there has the name. */
  async create(principal: Principal, request: CreateFolderRequest): Promise<FolderResponse> {
    const folder = newFolder(principal.id, request);
    await unlessNameIsTaken(() => this.folders.insert(folder));
    return toFolderResponse(folder);
  }

  /** Id of the principal's folder of that name at the top, created if missing; null when folders are not available. */
  async ensure(principal: Principal, name: string): Promise<string | null> {
    const isAllowed = await this.permissions.has(principal, 'features.folders');
    if (!this.settings.enable || !isAllowed) return null;
    return this.folders.ensure(newFolder(principal.id, { name }));
  }

  /** Without unreadable files. @throws NotFoundError also for another user's folder. */
  async get(principal: Principal, id: string): Promise<FolderResponse> {
    const folder = ownedBy(principal, await this.folders.find(id), { refusal });
    const { data } = folder;
    if (!Array.isArray(data?.files)) return toFolderResponse(folder);
    return toFolderResponse({ ...folder, data: { ...data, files: await this.readable(principal, data.files) } });
  }

  /** @throws NotFoundError; BadRequestError when a sibling has the name. */
  update(principal: Principal, id: string, { name, data, meta }: UpdateFolderRequest): Promise<FolderResponse> {
    return this.change(principal, id, (folder) => {
      const merged = meta ? { ...folder.meta, ...meta } : folder.meta;
      return {
        name: name ?? folder.name,
        data: data ? { ...folder.data, ...data } : folder.data,
        meta: merged,
        icon: iconOf(merged),
      };
    });
  }

  expand(principal: Principal, id: string, isExpanded: boolean): Promise<FolderResponse> {
    return this.change(principal, id, () => ({ isExpanded }));
  }

  /**
   * Moves a folder to another one or to the top. Moves of one user are serialised: concurrent ones could form a cycle.
   * @throws NotFoundError; BadRequestError for another user's target, a target below the folder, a duplicate name.
   */
  move(principal: Principal, id: string, parentId: string | null): Promise<FolderResponse> {
    return this.transaction.run(async () => {
      await this.folders.lockTree(principal.id);
      const subtree = await this.folders.findSubtree(principal.id, id);
      if (subtree.length === 0) throw refusal();
      const isPossible = parentId === null || (await this.isOwned(principal.id, parentId));
      if (!isPossible || subtree.includes(parentId ?? '')) throw new BadRequestError(NOT_UPDATED);
      return this.change(principal, id, () => ({ parentId }));
    });
  }

  /** Locks the folder against removal until the transaction ends. */
  isOwned(userId: string, id: string): Promise<boolean> {
    return this.folders.isOwned(userId, id);
  }

  /** As `isOwned`. @throws BadRequestError for an unknown or another user's folder. */
  async assertOwned(userId: string, id: string): Promise<void> {
    if (!(await this.isOwned(userId, id))) throw new BadRequestError(Detail.notFound);
  }

  /** Ids of the folder and all folders below it; empty for another user's folder. */
  subtree(userId: string, id: string): Promise<string[]> {
    return this.folders.findSubtree(userId, id);
  }

  /** As `subtree`; locks the user's folder tree until the transaction ends. */
  async lockSubtree(userId: string, id: string): Promise<string[]> {
    await this.folders.lockTree(userId);
    return this.folders.findSubtree(userId, id);
  }

  /** Ids of the user's folders with one of these names, and of all folders below them. */
  async idsNamed(userId: string, names: readonly string[]): Promise<string[]> {
    return findNamed(await this.folders.findPlaces(userId), names);
  }

  /** Deletes the folder and all folders below it; their chats move to the top. */
  async delete(id: string): Promise<void> {
    await this.folders.delete(id);
  }

  /** Not inherited from parent folders, and not checked: the list names any row. Empty for an unknown or another user's folder. */
  async contextOf(userId: string, id: string): Promise<FolderContext> {
    const folder = await this.folders.find(id);
    const data: JsonObject = (folder?.userId === userId ? folder.data : null) ?? {};
    return { systemPrompt: asString(data.system_prompt) ?? '', files: objectsIn(data.files) };
  }

  /** Clients write the list and may name any row, so each read checks whether the principal may read it. */
  private async readable(principal: Principal, files: unknown): Promise<JsonObject[]> {
    const items = objectsIn(files);
    const [readableFiles, bases] = await Promise.all([
      this.files.findAllFor(principal, 'read', idsOf(items, 'file')),
      this.knowledge.findReadable(principal, idsOf(items, 'collection')),
    ]);
    const ids = new Set<unknown>(readableFiles.map(({ id }) => id));
    return items.filter(({ type, id }) =>
      type === 'file' ? ids.has(id) : type !== 'collection' || bases.has(String(id)),
    );
  }

  private change(
    principal: Principal,
    id: string,
    change: (folder: Folder) => Partial<Folder>,
  ): Promise<FolderResponse> {
    return this.transaction.run(async () => {
      const folder = ownedBy(principal, await this.folders.lock(id), { refusal });
      const changed = { ...change(folder), updatedAt: nowSeconds() };
      await unlessNameIsTaken(() => this.folders.update(id, changed));
      return toFolderResponse({ ...folder, ...changed });
    });
  }
}

function newFolder(userId: string, { name, data = null, meta = null }: CreateFolderRequest): Folder {
  const now = nowSeconds();
  return {
    id: timeOrderedId(),
    userId,
    parentId: null,
    name,
    icon: iconOf(meta),
    meta,
    data,
    isExpanded: false,
    createdAt: now,
    updatedAt: now,
  };
}

const iconOf = (meta: JsonObject | null): string | null => asString(meta?.icon) ?? null;

async function unlessNameIsTaken(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (isUniqueViolation(error, 'folder_name')) throw new BadRequestError(EXISTS);
    throw error;
  }
}

const idsOf = (items: readonly JsonObject[], wanted: string): string[] =>
  items.flatMap(({ type, id }) => (type === wanted && typeof id === 'string' ? [id] : []));
