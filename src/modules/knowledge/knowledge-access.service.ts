import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { nowSeconds } from '../../common/util/time';
import { FileAccessSource } from '../files/file-access.source';
import type { FileLevel } from '../files/files.types';
import type { DocumentScope } from '../retrieval/index/document-scope';
import { CollectionAccessSource, type CollectionLevel } from '../retrieval/ingest/collection-access.source';
import { KnowledgeFilesRepository } from './knowledge-files.repository';
import { KnowledgeRepository } from './knowledge.repository';
import { KnowledgeService } from './knowledge.service';

/** Opens the files of a base to those who may use the base. */
@Injectable()
@FileAccessSource()
export class KnowledgeFileAccessService implements FileAccessSource {
  constructor(private readonly knowledge: KnowledgeRepository) {}

  async findAccessible(principal: Principal, level: FileLevel, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found =
      level === 'read'
        ? await this.knowledge.findReadableFileIds(principal, ids)
        : await this.knowledge.findWritableFileIds(principal, ids);
    return new Set(found);
  }
}

/** The id of a base is the name of a collection: the documents of its files. */
@Injectable()
@CollectionAccessSource()
export class KnowledgeCollectionsService implements CollectionAccessSource {
  constructor(
    private readonly knowledge: KnowledgeRepository,
    private readonly links: KnowledgeFilesRepository,
    private readonly service: KnowledgeService,
  ) {}

  async resolve(
    principal: Principal,
    names: readonly string[],
    level: CollectionLevel,
  ): Promise<ReadonlyMap<string, DocumentScope>> {
    const ids = await this.knowledge.findVisibleIds(principal, level, names);
    if (ids.length === 0) return new Map();
    const files = await this.links.findIds(ids);
    return new Map(ids.map((id) => [id, { fileIds: files.get(id) ?? [] }]));
  }

  async addFiles(principal: Principal, id: string, fileIds: readonly string[]): Promise<void> {
    await this.service.changeFiles(principal, id, () => this.links.insert(id, principal.id, fileIds, nowSeconds()));
  }

  removeFile(id: string, fileId: string): Promise<boolean> {
    return this.service.removeFile(id, fileId);
  }

  deleteAll(): Promise<void> {
    return this.service.deleteAll();
  }
}
