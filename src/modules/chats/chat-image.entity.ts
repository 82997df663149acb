import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../platform/database/columns';

/**
 * An image of messages that is kept in a file. Each person has each image once. Rows of chats, messages and snapshots
 * name the images that they show in a column `images`.
 */
@Entity('chat_image')
@Index('chat_image_content', ['userId', 'hash'], { unique: true })
export class ChatImage {
  /** In the URL and the name of the file; says nothing about the content, and is never used again. */
  @PrimaryColumn('text')
  id: string;

  /** Whose chats show it; null once the account is gone. */
  @Column('text', { nullable: true })
  userId: string | null;

  /** Digest of type and bytes. */
  @Column('text')
  hash: string;

  @Column('text')
  type: string;

  /** Bytes. */
  @Column('integer')
  size: number;

  /** False until the file is complete. */
  @Column('boolean')
  isStored: boolean;

  /** Unix seconds since when no chat is known to show it; null for one that is shown. */
  @Column('bigint', { nullable: true, transformer: integer })
  unusedSince: number | null;
}
