import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../platform/database/columns';

/** A text that clients insert when somebody types its command. Shareable; its grants are in `access_grant`. */
@Entity('prompt')
@Index('prompt_user', ['userId'])
export class Prompt {
  /** With its leading slash: `/summarize`. */
  @PrimaryColumn('text')
  command: string;

  /** The owner. Outlives that account, so it has no foreign key. */
  @Column('text')
  userId: string;

  @Column('text')
  title: string;

  /** May hold `{{variables}}`, which clients fill in. */
  @Column('text')
  content: string;

  /** Unix seconds of the last change. */
  @Column('bigint', { transformer: integer })
  timestamp: number;
}
