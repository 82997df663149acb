import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../platform/database/columns';

/** Text that clients insert when a user types its command. Shareable; its grants are in `access_grant`. */
@Entity('prompt')
@Index('prompt_user', ['userId'])
export class Prompt {
  /** With its leading slash: `/summarize`. */
  @PrimaryColumn('text')
  command: string;

  /** The owner. No foreign key: rows remain when the account is deleted. */
  @Column('text')
  userId: string;

  @Column('text')
  title: string;

  /** May contain `{{variables}}`, which clients fill in. */
  @Column('text')
  content: string;

  /** Unix seconds of the last change. */
  @Column('bigint', { transformer: integer })
  timestamp: number;

  /** Increases with insertion; breaks ties in lists. */
  @Generated('increment')
  @Column({ type: 'bigint', insert: false, update: false, select: false })
  seq?: string;
}
