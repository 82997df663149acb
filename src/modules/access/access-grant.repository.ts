import { Injectable } from '@nestjs/common';
import { Any, Not } from 'typeorm';
import { Database } from '../../platform/database/database';
import { AccessGrant, type GranteeType } from './access-grant.entity';

@Injectable()
export class AccessGrantRepository {
  constructor(private readonly database: Database) {}

  findOf(resourceType: string, resourceIds: readonly string[]): Promise<AccessGrant[]> {
    return this.grants.findBy({ resourceType, resourceId: Any([...resourceIds]) });
  }

  /** The ids of these rows that have a grant. */
  async findResourceIds(resourceType: string, ids: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT DISTINCT resource_id AS id FROM access_grant WHERE resource_type = $1 AND resource_id = ANY($2)',
      [resourceType, ids],
    );
    return rows.map(({ id }) => id);
  }

  /** Existing grants are unchanged. */
  async insert(grants: AccessGrant[]): Promise<void> {
    await this.grants.createQueryBuilder().insert().values(grants).orIgnore().execute();
  }

  async deleteOf(resourceType: string, resourceId: string): Promise<void> {
    await this.grants.delete({ resourceType, resourceId });
  }

  async deleteOfAllBut(resourceType: string, resourceIds: readonly string[]): Promise<void> {
    await this.grants.delete({ resourceType, resourceId: Not(Any([...resourceIds])) });
  }

  async deleteTo(principalType: GranteeType, principalId: string): Promise<void> {
    await this.grants.delete({ principalType, principalId });
  }

  private get grants() {
    return this.database.repository(AccessGrant);
  }
}
