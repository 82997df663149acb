import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';

/** A user's label for chats; exists while at least one chat has it. */
@Entity('tag')
@Index('tag_user', ['userId'])
export class Tag {
  /** The name in lower case with `_` for each space. */
  @PrimaryColumn('text')
  id: string;

  @PrimaryColumn('text')
  userId: string;

  /** As first typed. */
  @Column('text')
  name: string;

  @Column('jsonb', { nullable: true })
  meta: JsonObject | null;
}
