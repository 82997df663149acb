import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The text of a message as search compares it. Made from the message some time after it was written. */
@Entity('chat_search_text')
export class ChatSearchText {
  @PrimaryColumn('text')
  chatId: string;

  @PrimaryColumn('text')
  messageId: string;

  /** Owner of the chat: first column of the index. */
  @Column('text')
  userId: string;

  /** Folded; see `search/fold.ts`. */
  @Column('text')
  text: string;

  /** See `search/pairs.ts`. */
  @Column('integer', { array: true, nullable: true })
  pairs: number[] | null;
}
