import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../platform/database/columns';

/** A sentence that models are told about its user. */
@Entity('memory')
@Index('memory_user', ['userId', 'createdAt', 'id'])
export class Memory {
  @PrimaryColumn('text')
  id: string;

  /** The owner; deleted with the account. */
  @Column('text')
  userId: string;

  @Column('text')
  content: string;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  /** Unix seconds of the last change; of a new row `createdAt`. */
  @Column('bigint', { transformer: integer })
  updatedAt: number;
}

/** A memory, and how close it is to the question: from 0 to 1. */
export interface RecalledMemory {
  memory: Memory;
  score: number;
}
