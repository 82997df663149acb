import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../../common/util/json';

/** A user's label for chats; deleted with its last use. */
@Entity('tag')
@Index('tag_user', ['userId'])
export class Tag {
  /** The name in lower case with `_` in place of spaces. */
  @PrimaryColumn('text')
  id: string;

  @PrimaryColumn('text')
  userId: string;

  /** As first entered. */
  @Column('text')
  name: string;

  @Column('jsonb', { nullable: true })
  meta: JsonObject | null;
}
