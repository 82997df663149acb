import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';
import type { Copy } from './history/history.codec';

/** A chat without its messages: columns for lists, and the client's `chat` object as split by the history codec. */
@Entity('chat')
@Index('chat_share', ['shareId'], { unique: true })
@Index('chat_user_updated', ['userId', 'updatedAt', 'id'])
@Index('chat_user_created', ['userId', 'createdAt'])
@Index('chat_user_sidebar', ['userId', 'updatedAt', 'id'], {
  where: '(NOT archived) AND (pinned IS NOT TRUE) AND (folder_id IS NULL)',
})
@Index('chat_list_text', ['userId'], { where: 'list_text IS NOT NULL' })
@Index('chat_unindexed', ['userId'], { where: 'NOT is_indexed' })
@Index('chat_user_pinned', ['userId', 'updatedAt', 'id'], { where: 'pinned AND (NOT archived)' })
export class Chat {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  userId: string;

  @Column('text')
  title: string;

  /** Folded title for search; maintained by `ChatsRepository`. */
  @Column('text', { select: false })
  titleText?: string;

  /** Folded text of the entries that only the list `messages` contains; null for none. See `listTextOf`. */
  @Column('text', { nullable: true, select: false })
  listText?: string | null;

  /** False while the search index may lack messages of the chat. */
  @Column('boolean', { select: false, default: false })
  isIndexed?: boolean;

  @Column('boolean', { default: false })
  archived: boolean;

  /** Null on rows imported from older systems. */
  @Column('boolean', { nullable: true, default: false })
  pinned: boolean | null;

  @Column('text', { nullable: true })
  folderId: string | null;

  /** Id of the shared snapshot. */
  @Column('text', { nullable: true })
  shareId: string | null;

  /** `{tags: [tag id…]}` and any keys of an import. */
  @Column('jsonb', { default: {} })
  meta: JsonObject;

  /** The `chat` object with null in place of values that have their own columns or rows. `json` preserves key order. */
  @Column('json')
  header: JsonObject;

  /** True when the rows of `chat_message` are `history.messages`. */
  @Column('boolean')
  isTree: boolean;

  /** `history.currentId`; null when it is not a string (it is then in the header). */
  @Column('text', { nullable: true })
  currentId: string | null;

  /** The list `messages`, by reference to the rows; null when there is no such list. */
  @Column('json', { nullable: true })
  copies: Copy[] | null;

  /** Ids of the images named in `copies`; maintained by `ChatsRepository`. */
  @Column('text', { array: true, nullable: true, select: false })
  images?: string[] | null;

  /** Number of saves so far. */
  @Column('integer')
  revision: number;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  updatedAt: number;
}

/** A chat in a list. */
export type ChatTitle = Pick<Chat, 'id' | 'title' | 'updatedAt' | 'createdAt'>;

/** A chat without its content. With `isTree` false it has no messages that could be written to. */
export type ChatSummary = Pick<Chat, 'id' | 'userId' | 'title' | 'folderId' | 'meta' | 'isTree' | 'currentId'>;
