import { Injectable } from '@nestjs/common';
import type { Permission } from '../access/access-grant.entity';
import type { AccessPrincipal } from '../access/access.types';
import { ShareableRepository } from '../access/shareable.repository';
import { StoredTool } from './tool.entity';
import type { ToolOverview } from './tools.types';

const OVERVIEW = ['id', 'userId', 'name', 'meta', 'hasUserValves', 'createdAt', 'updatedAt'] as const;

@Injectable()
export class ToolsRepository extends ShareableRepository<StoredTool> {
  readonly resource = {
    type: 'tool',
    entity: StoredTool,
    id: 'id',
    owner: 'userId',
    order: { column: 'updatedAt', direction: 'DESC', tie: 'seq' },
  } as const;

  /** The rows that the principal may use at this level, newest change first. */
  findOverviewsFor(principal: AccessPrincipal, level: Permission): Promise<ToolOverview[]> {
    const rows = this.visibleTo(principal, level).select(OVERVIEW.map((column) => `tool.${column}`));
    return this.ordered(rows).getMany();
  }

  /** Those of these rows that the principal may read. */
  findReadable(principal: AccessPrincipal, ids: readonly string[]): Promise<StoredTool[]> {
    return this.visibleTo(principal, 'read').andWhere('tool.id = ANY(:ids)', { ids }).getMany();
  }
}
