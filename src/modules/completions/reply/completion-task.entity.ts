import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../../platform/database/columns';

/** A reply that is being generated, on any node; deleted when it ends. Tasks of a dead node were interrupted. */
@Entity('completion_task')
@Index('completion_task_message', ['chatId', 'messageId'], { unique: true, where: 'is_writing' })
export class CompletionTask {
  @PrimaryColumn('text')
  id: string;

  /** `ClusterBus.nodeId` of the process that generates the reply. */
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

  /** The task writes a message of a stored chat: no other task may write it, and it is marked when the node dies. */
  @Column('boolean')
  isWriting: boolean;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;
}
