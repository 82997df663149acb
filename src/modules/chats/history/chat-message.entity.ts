import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RawCopy } from './history.codec';

/** One value of `history.messages`. */
@Entity('chat_message')
@Index('chat_message_unindexed', ['chatId'], { where: 'NOT is_indexed' })
export class ChatMessage {
  @PrimaryColumn('text')
  chatId: string;

  /** The key in `history.messages`; equals the message's own `id` in well-formed trees. */
  @PrimaryColumn('text')
  id: string;

  /** `parentId` if it is a string. */
  @Column('text', { nullable: true })
  parentId: string | null;

  /** Order of the keys of `history.messages`; gaps are normal. */
  @Column('integer')
  position: number;

  /** `role` if it is a string. */
  @Column('text', { nullable: true })
  role: string | null;

  /** `content` if it is a string. */
  @Column('text', { nullable: true })
  content: string | null;

  /** The message with null in place of the columns above that are set. SQL null stands for the message `null`. */
  @Column('json', { nullable: true })
  extra: unknown;

  /** Digest of the whole message; null once the server has written to it after the last save. */
  @Column('text', { nullable: true })
  hash: string | null;

  /** Digest without `parentId` and `childrenIds`; null like `hash`. */
  @Column('text', { nullable: true })
  bodyHash: string | null;

  /** Body digests of earlier versions, oldest first: a posted message with one of them is outdated. */
  @Column('text', { array: true })
  past: string[];

  /** Number of the save that inserted the message; 0 when it is no evidence of what the author had seen. */
  @Column('integer')
  revision: number;

  /** Ids that were stored at that save but missing from it; null for none. */
  @Column('text', { array: true, nullable: true })
  unseen: string[] | null;

  /** Keys that the server has written at any time. */
  @Column('text', { array: true })
  serverKeys: string[];

  /** The version that the list `messages` still shows, when the row has changed since that list was saved. */
  @Column('json', { nullable: true })
  saved: RawCopy | null;

  /** Ids of the images that the message names, in `saved` too; may contain ids that are no longer named. */
  @Column('text', { array: true, nullable: true })
  images: string[] | null;

  /** False while the search index lacks the current text. */
  @Column('boolean', { default: false })
  isIndexed: boolean;
}
