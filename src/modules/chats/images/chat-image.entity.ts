import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../../platform/database/columns';

/**
 * An image of messages, stored as a blob once per account that uses it. Rows of chats, messages and snapshots name
 * their images in a column `images`.
 */
@Entity('chat_image')
@Index('chat_image_content', ['userId', 'hash'], { unique: true })
export class ChatImage {
  /** In the URL, and the id of the blob's reference; independent of the content, and never reused. */
  @PrimaryColumn('text')
  id: string;

  /** The owner; null when the account was deleted. */
  @Column('text', { nullable: true })
  userId: string | null;

  /** Digest of type and bytes. */
  @Column('text')
  hash: string;

  @Column('text')
  type: string;

  /** Unix seconds since when no chat shows it; null while it is shown. */
  @Column('bigint', { nullable: true, transformer: integer })
  unusedSince: number | null;
}
