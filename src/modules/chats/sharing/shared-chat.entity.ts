import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../../common/util/json';
import { integer } from '../../../platform/database/columns';

/** A file of the owner that a snapshot has attached. */
@Entity('shared_chat_file')
@Index('shared_chat_file_file', ['fileId'])
export class SharedChatFile {
  @PrimaryColumn('text')
  sharedChatId: string;

  @PrimaryColumn('text')
  fileId: string;
}

/** The snapshot under a share link: the chat when it was last shared. Deleted with the chat. */
@Entity('shared_chat')
@Index('shared_chat_chat', ['chatId'], { unique: true })
export class SharedChat {
  /** Part of the link, and `share_id` of the chat. Does not change when the chat is shared again. */
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  chatId: string;

  @Column('text')
  title: string;

  /** The client's `chat` object as a whole: a snapshot never changes in part. */
  @Column('json')
  content: JsonObject;

  @Column('jsonb')
  meta: JsonObject;

  @Column('boolean', { nullable: true })
  pinned: boolean | null;

  @Column('text', { nullable: true })
  folderId: string | null;

  /** Ids of the images named in the content. */
  @Column('text', { array: true, nullable: true, select: false })
  images?: string[] | null;

  /** Creation time of the chat in Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  /** Time of the last sharing in Unix seconds. */
  @Column('bigint', { transformer: integer })
  updatedAt: number;
}
