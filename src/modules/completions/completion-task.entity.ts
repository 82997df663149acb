import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../platform/database/columns';

/** A reply that is being generated, on whichever node; gone when it ends. What a dead node leaves was interrupted. */
@Entity('completion_task')
@Index('completion_task_message', ['chatId', 'messageId'], { unique: true, where: 'is_writing' })
export class CompletionTask {
  @PrimaryColumn('text')
  id: string;

  /** `ClusterBus.nodeId` of the process that generates it. */
  @Column('integer')
  nodeId: number;

  @Column('text')
  @Index('completion_task_user')
  userId: string;

  /** Also `local:…` of a temporary chat, which has no row. */
  @Column('text')
  @Index('completion_task_chat')
  chatId: string;

  @Column('text')
  messageId: string;

  @Column('text')
  modelId: string;

  /** A message of a stored chat is being written: nobody else may write it, and it is marked when the node dies. */
  @Column('boolean')
  isWriting: boolean;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;
}
