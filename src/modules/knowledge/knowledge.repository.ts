import { Injectable } from '@nestjs/common';
import type { Permission } from '../access/access-grant.entity';
import type { AccessPrincipal } from '../access/access.types';
import { ShareableRepository } from '../access/shareable.repository';
import { File } from '../files/file.entity';
import { KnowledgeFile } from './knowledge-file.entity';
import { Knowledge } from './knowledge.entity';

@Injectable()
export class KnowledgeRepository extends ShareableRepository<Knowledge> {
  readonly resource = {
    type: 'knowledge',
    entity: Knowledge,
    id: 'id',
    owner: 'userId',
    order: { column: 'updatedAt', direction: 'DESC', tie: 'seq' },
  } as const;

  /** Other changes of the base and of its list of files wait until the transaction ends. False when there is none. */
  async lock(id: string): Promise<boolean> {
    const row = this.table.createQueryBuilder('knowledge').select('knowledge.id').where({ id });
    return (await row.setLock('for_no_key_update').getOne()) !== null;
  }

  /** Which of these bases the principal may use. */
  async findVisibleIds(principal: AccessPrincipal, level: Permission, ids: readonly string[]): Promise<string[]> {
    const rows = this.visibleTo(principal, level).select('knowledge.id', 'id');
    const found = await rows.andWhere('knowledge.id = ANY(:ids)', { ids }).getRawMany<{ id: string }>();
    return found.map(({ id }) => id);
  }

  /** @returns the ids of the deleted bases. */
  async deleteAll(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'WITH deleted AS (DELETE FROM knowledge RETURNING id) SELECT id FROM deleted',
    );
    return rows.map(({ id }) => id);
  }

  /** Those of these files that are in a base which the principal may read. */
  findReadableFileIds(principal: AccessPrincipal, fileIds: readonly string[]): Promise<string[]> {
    return this.findFileIds(principal, 'read', fileIds);
  }

  /**
   * Those of these files that are in a base which the principal may change, put there by their owner. A link that another
   * account made passes on no more than reading, which is all that making it takes.
   */
  findWritableFileIds(principal: AccessPrincipal, fileIds: readonly string[]): Promise<string[]> {
    return this.findFileIds(principal, 'write', fileIds);
  }

  private async findFileIds(
    principal: AccessPrincipal,
    level: Permission,
    fileIds: readonly string[],
  ): Promise<string[]> {
    const rows = this.visibleTo(principal, level)
      .select('DISTINCT link.fileId', 'id')
      .innerJoin(KnowledgeFile, 'link', 'link.knowledgeId = knowledge.id')
      .andWhere('link.fileId = ANY(:fileIds)', { fileIds });
    if (level === 'write') rows.innerJoin(File, 'file', 'file.id = link.fileId AND file.userId = link.userId');
    return (await rows.getRawMany<{ id: string }>()).map(({ id }) => id);
  }
}
