import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What became a chat by import: the same content is not imported a second time as long as that chat exists. */
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
