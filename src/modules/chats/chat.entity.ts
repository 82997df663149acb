import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';
import type { Copy } from './history/history.codec';

/** A conversation without its messages: what lists need, and the client's `chat` object as the codec takes it apart. */
@Entity('chat')
@Index('chat_share', ['shareId'], { unique: true })
@Index('chat_user_updated', ['userId', 'updatedAt', 'id'])
@Index('chat_user_created', ['userId', 'createdAt'])
@Index('chat_user_sidebar', ['userId', 'updatedAt', 'id'], {
  where: '(NOT archived) AND (pinned IS NOT TRUE) AND (folder_id IS NULL)',
})
@Index('chat_unindexed', ['userId'], { where: 'NOT is_indexed' })
@Index('chat_user_pinned', ['userId', 'updatedAt', 'id'], { where: 'pinned AND (NOT archived)' })
export class Chat {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  userId: string;

  @Column('text')
  title: string;

  /** The title as search compares it; `ChatsRepository` keeps it. */
  @Column('text', { select: false })
  titleText?: string;

  /** False when the search may not know a message. */
  @Column('boolean', { select: false, default: false })
  isIndexed?: boolean;

  @Column('boolean', { default: false })
  archived: boolean;

  /** Null on rows of older systems. */
  @Column('boolean', { nullable: true, default: false })
  pinned: boolean | null;

  @Column('text', { nullable: true })
  folderId: string | null;

  /** Id under which a snapshot is shared. */
  @Column('text', { nullable: true })
  shareId: string | null;

  /** `{tags: [tag id…]}` and whatever an import brought. */
  @Column('jsonb', { default: {} })
  meta: JsonObject;

  /** The `chat` object without what has a place of its own; null stands where that stood. `json` keeps key order. */
  @Column('json')
  header: JsonObject;

  /** True when the rows of `chat_message` are `history.messages`. */
  @Column('boolean')
  isTree: boolean;

  /** `history.currentId`; null when it is no text (then it is in the header). */
  @Column('text', { nullable: true })
  currentId: string | null;

  /** The list `messages`, by reference to the rows; null when there is none or it is no list. */
  @Column('json', { nullable: true })
  copies: Copy[] | null;

  /** Ids of images that `copies` names; `ChatsRepository` keeps it. */
  @Column('text', { array: true, nullable: true, select: false })
  images?: string[] | null;

  /** Number of saves so far. */
  @Column('integer')
  revision: number;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;
}
