import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RawCopy } from './history/history.codec';

/** One value of `history.messages`: the only truth about that message. */
@Entity('chat_message')
@Index('chat_message_unindexed', ['chatId'], { where: 'NOT is_indexed' })
export class ChatMessage {
  @PrimaryColumn('text')
  chatId: string;

  /** The key in `history.messages`; equals the message's own `id` in every well-formed tree. */
  @PrimaryColumn('text')
  id: string;

  /** `parentId`, when it is a text. */
  @Column('text', { nullable: true })
  parentId: string | null;

  /** Order of the keys of `history.messages`; gaps are normal. */
  @Column('integer')
  position: number;

  /** `role`, when it is a text. */
  @Column('text', { nullable: true })
  role: string | null;

  /** `content`, when it is a text. */
  @Column('text', { nullable: true })
  content: string | null;

  /** The message with null in place of the columns above that are set. SQL null is the message `null`. */
  @Column('json', { nullable: true })
  extra: unknown;

  /** Digest of the whole message; null once the server has written to it after the last save. */
  @Column('text', { nullable: true })
  hash: string | null;

  /** Digest without `parentId` and `childrenIds`; null like `hash`. */
  @Column('text', { nullable: true })
  bodyHash: string | null;

  /** Body digests of earlier versions, oldest first: a posted copy with one of them is out of date. */
  @Column('text', { array: true })
  past: string[];

  /** Number of the save that brought the message; 0 when that tells nothing about what its author knew. */
  @Column('integer')
  revision: number;

  /** Messages that were stored at that save and that its author did not know; null for none. */
  @Column('text', { array: true, nullable: true })
  unseen: string[] | null;

  /** Keys that the server has ever written. */
  @Column('text', { array: true })
  serverKeys: string[];

  /** The message as the list `messages` still has it, when the row has changed since that list was saved. */
  @Column('json', { nullable: true })
  saved: RawCopy | null;

  /** Ids of images that it names, in `saved` too; one may be named no more. */
  @Column('text', { array: true, nullable: true })
  images: string[] | null;

  /** False when the search does not know the text as it is now. */
  @Column('boolean', { default: false })
  isIndexed: boolean;
}
