import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';

/** A named set of users that shares rows and adds permissions. */
@Entity('group')
export class Group {
  @PrimaryColumn('text')
  id: string;

  /** Who created it; no foreign key, the group outlives the account. */
  @Column('text')
  userId: string;

  @Column('text')
  name: string;

  @Column('text')
  description: string;

  /** `{config: {share}}` and whatever else the client keeps. */
  @Column('json', { nullable: true })
  data: JsonObject | null;

  @Column('json', { nullable: true })
  meta: JsonObject | null;

  /** The part of the permission tree that members get on top of the defaults. */
  @Column('json', { nullable: true })
  permissions: JsonObject | null;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;
}
