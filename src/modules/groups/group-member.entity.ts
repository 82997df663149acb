import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../platform/database/columns';

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
