import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';

/** A named set of users that shares rows and adds permissions. */
@Entity('group')
export class Group {
  @PrimaryColumn('text')
  id: string;

  /** The creator. No foreign key: groups remain when the account is deleted. */
  @Column('text')
  userId: string;

  @Column('text')
  name: string;

  @Column('text')
  description: string;

  /** `{config: {share}}` and further keys of clients. */
  @Column('json', { nullable: true })
  data: JsonObject | null;

  @Column('json', { nullable: true })
  meta: JsonObject | null;

  /** The part of the permission tree that members get in addition to the defaults. */
  @Column('json', { nullable: true })
  permissions: JsonObject | null;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;
}

@Entity('group_member')
@Index('group_member_user', ['userId'])
export class GroupMember {
  @PrimaryColumn('text')
  groupId: string;

  @PrimaryColumn('text')
  userId: string;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;
}
