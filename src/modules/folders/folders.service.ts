import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, NotFoundError } from '../../common/errors/app-error';
import { Detail, errorDetail } from '../../common/errors/details';
import { asString, type JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { isUniqueViolation } from '../../platform/database/database';
import { Transaction } from '../../platform/database/transaction';
import { FolderFilesService } from './folder-files.service';
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
import type { FolderContext } from './folders.types';

const EXISTS = errorDetail('Folder already exists');
const NOT_UPDATED = errorDetail('Error updating folder');

@Injectable()
export class FoldersService {
  constructor(
    private readonly folders: FoldersRepository,
    private readonly files: FolderFilesService,
    private readonly transaction: Transaction,
  ) {}

  /** Last changed first; one query, whatever their number. */
  async list(caller: Principal): Promise<FolderSummaryResponse[]> {
    return (await this.folders.findSummaries(caller.id)).map(toFolderSummaryResponse);
  }

  /** Always at the top. @throws BadRequestError when a folder there has the name. */
  async create(caller: Principal, { name, data = null, meta = null }: CreateFolderRequest): Promise<FolderResponse> {
    const now = nowSeconds();
    const folder: Folder = {
      id: randomUUID(),
      userId: caller.id,
      parentId: null,
      name,
      icon: iconOf(meta),
      meta,
      data,
      isExpanded: false,
      createdAt: now,
      updatedAt: now,
    };
    await unlessNameIsTaken(() => this.folders.insert(folder));
    return toFolderResponse(folder);
  }

  /** Without files that the caller may not read any more. @throws NotFoundError also for somebody else's. */
  async get(caller: Principal, id: string): Promise<FolderResponse> {
    const folder = await this.folders.findOwned(caller.id, id);
    if (!folder) throw new NotFoundError();
    const { data } = folder;
    const isListed = data !== null && Array.isArray(data.files);
    return toFolderResponse(
      isListed ? { ...folder, data: { ...data, files: this.files.readable(data.files) } } : folder,
    );
  }

  /** @throws NotFoundError; BadRequestError when a sibling has the name. */
  update(caller: Principal, id: string, { name, data, meta }: UpdateFolderRequest): Promise<FolderResponse> {
    return this.change(caller, id, (folder) => {
      const merged = meta ? { ...folder.meta, ...meta } : folder.meta;
      return {
        name: name ?? folder.name,
        data: data ? { ...folder.data, ...data } : folder.data,
        meta: merged,
        icon: iconOf(merged),
      };
    });
  }

  expand(caller: Principal, id: string, isExpanded: boolean): Promise<FolderResponse> {
    return this.change(caller, id, () => ({ isExpanded }));
  }

  /**
   * Into another folder, or to the top. Moves of one person run one after the other: two at once could make a circle.
   * @throws NotFoundError; BadRequestError when the target is not the caller's, lies in the folder, or has the name.
   */
  move(caller: Principal, id: string, parentId: string | null): Promise<FolderResponse> {
    return this.transaction.run(async () => {
      await this.folders.lockTree(caller.id);
      const subtree = await this.folders.findSubtree(caller.id, id);
      if (subtree.length === 0) throw new NotFoundError();
      const isPossible = parentId === null || (await this.isOwned(caller.id, parentId));
      if (!isPossible || subtree.includes(parentId ?? '')) throw new BadRequestError(NOT_UPDATED);
      return this.change(caller, id, () => ({ parentId }));
    });
  }

  /** A folder that is there stays until the transaction ends. */
  isOwned(userId: string, id: string): Promise<boolean> {
    return this.folders.isOwned(userId, id);
  }

  /** As `isOwned`. @throws BadRequestError when there is no such folder of the user. */
  async assertOwned(userId: string, id: string): Promise<void> {
    if (!(await this.isOwned(userId, id))) throw new BadRequestError(Detail.notFound);
  }

  /** Ids of the folder and of everything that lies in it; none when it is not the user's. */
  subtree(userId: string, id: string): Promise<string[]> {
    return this.folders.findSubtree(userId, id);
  }

  /** As `subtree`, which then stays as it is until the transaction ends. */
  async lockSubtree(userId: string, id: string): Promise<string[]> {
    await this.folders.lockTree(userId);
    return this.folders.findSubtree(userId, id);
  }

  /** For the search: ids of the user's folders of these names and of everything that lies in them. */
  async idsNamed(userId: string, names: readonly string[]): Promise<string[]> {
    return findNamed(await this.folders.findPlaces(userId), names);
  }

  /** With everything that lies in it. Chats in there come to lie in no folder. */
  async delete(id: string): Promise<void> {
    await this.folders.delete(id);
  }

  /** What the folder itself adds to its chats; it takes over nothing from the folders that it lies in. */
  async contextOf(userId: string, id: string): Promise<FolderContext> {
    const data: JsonObject = (await this.folders.findOwned(userId, id))?.data ?? {};
    return { systemPrompt: asString(data.system_prompt) ?? '', files: this.files.readable(data.files) };
  }

  private change(caller: Principal, id: string, change: (folder: Folder) => Partial<Folder>): Promise<FolderResponse> {
    return this.transaction.run(async () => {
      const folder = await this.folders.lock(caller.id, id);
      if (!folder) throw new NotFoundError();
      const changed = { ...change(folder), updatedAt: nowSeconds() };
      await unlessNameIsTaken(() => this.folders.update(id, changed));
      return toFolderResponse({ ...folder, ...changed });
    });
  }
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
