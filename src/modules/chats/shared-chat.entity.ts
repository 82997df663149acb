import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';

/** What a shared link shows: the chat as it was when it was shared last. Goes with the chat. */
@Entity('shared_chat')
@Index('shared_chat_chat', ['chatId'], { unique: true })
export class SharedChat {
  /** In the link; `share_id` of the chat. Stays the same when the chat is shared again. */
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  chatId: string;

  @Column('text')
  title: string;

  /** The client's `chat` object, whole: it never changes. */
  @Column('json')
  content: JsonObject;

  @Column('jsonb')
  meta: JsonObject;

  @Column('boolean', { nullable: true })
  pinned: boolean | null;

  @Column('text', { nullable: true })
  folderId: string | null;

  /** Ids of images that the content names. */
  @Column('text', { array: true, nullable: true, select: false })
  images?: string[] | null;

  /** Of the chat; Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  /** When it was shared last. */
  @Column('bigint', { transformer: integer })
  updatedAt: number;
}
