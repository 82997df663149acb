import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An imported item and its chat: the same content is not imported again while that chat exists. */
@Entity('chat_import')
@Index('chat_import_chat', ['chatId'])
export class ChatImport {
  @PrimaryColumn('text')
  userId: string;

  /** Digest of the imported item. */
  @PrimaryColumn('text')
  hash: string;

  @Column('text')
  chatId: string;
}
