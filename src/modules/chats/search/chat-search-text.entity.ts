import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The folded text of a message; written by the search index some time after the message. */
@Entity('chat_search_text')
export class ChatSearchText {
  @PrimaryColumn('text')
  chatId: string;

  @PrimaryColumn('text')
  messageId: string;

  /** Owner of the chat; first column of the text indexes. */
  @Column('text')
  userId: string;

  /** See `fold`. */
  @Column('text')
  text: string;

  /** See `pairsOf`; null on rows of older versions. */
  @Column('integer', { array: true, nullable: true })
  pairs: number[] | null;
}
