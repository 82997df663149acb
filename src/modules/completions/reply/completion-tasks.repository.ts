import { Injectable } from '@nestjs/common';
import { nowSeconds } from '../../../common/util/time';
import { Database } from '../../../platform/database/database';
import { ClusterBus, NODE_LOCK } from '../../../platform/events/cluster-bus';
import { CompletionTask } from './completion-task.entity';
import type { ReplyAddress } from './stream/reply-address';

/** True for tasks (`t`) whose node holds its lock; `$1` is `NODE_LOCK`. */
const NODE_IS_ALIVE = `EXISTS (
  SELECT FROM pg_locks l
  WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.classid = $1::oid AND l.objid = t.node_id::oid
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;

export type AbandonedTask = Pick<CompletionTask, 'userId' | 'chatId' | 'messageId' | 'isWriting'>;
export type NewTask = Omit<CompletionTask, 'nodeId' | 'createdAt'>;

@Injectable()
export class CompletionTasksRepository {
  constructor(
    private readonly database: Database,
    private readonly cluster: ClusterBus,
  ) {}

  /** @returns false while a living node writes the message; the task of a dead one is replaced. */
  async insert({ id, userId, chatId, messageId, modelId, isWriting }: NewTask): Promise<boolean> {
    const rows = await this.database.query(
      `INSERT INTO completion_task AS t (id, node_id, user_id, chat_id, message_id, model_id, is_writing, created_at)
       VALUES ($2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (chat_id, message_id) WHERE is_writing
       DO UPDATE SET id = excluded.id, node_id = excluded.node_id, user_id = excluded.user_id,
         model_id = excluded.model_id, created_at = excluded.created_at
       WHERE NOT ${NODE_IS_ALIVE}
       RETURNING id`,
      [NODE_LOCK, id, this.cluster.nodeId, userId, chatId, messageId, modelId, isWriting, nowSeconds()],
    );
    return rows.length === 1;
  }

  /** The message is complete; the task continues with title, tags and follow-ups. */
  async endWriting(id: string): Promise<void> {
    await this.database.repository(CompletionTask).update({ id }, { isWriting: false });
  }

  async delete(id: string): Promise<void> {
    await this.database.repository(CompletionTask).delete({ id });
  }

  /** Running tasks of one user, or of all users; oldest first. */
  async findRunningIds(userId?: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT t.id FROM completion_task t WHERE ($2::text IS NULL OR t.user_id = $2) AND ${NODE_IS_ALIVE} ORDER BY t.created_at, t.id`,
      [NODE_LOCK, userId ?? null],
    );
    return rows.map(({ id }) => id);
  }

  /** Running tasks of a user in one of the chats, oldest first. */
  async findRunningIdsOfChat(userId: string, chatId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT t.id FROM completion_task t WHERE t.user_id = $2 AND t.chat_id = $3 AND ${NODE_IS_ALIVE} ORDER BY t.created_at, t.id`,
      [NODE_LOCK, userId, chatId],
    );
    return rows.map(({ id }) => id);
  }

  /** Models with running replies. */
  async findRunningModels(): Promise<string[]> {
    const sql = `SELECT DISTINCT t.model_id AS id FROM completion_task t WHERE ${NODE_IS_ALIVE} ORDER BY 1`;
    return (await this.database.query<{ id: string }>(sql, [NODE_LOCK])).map(({ id }) => id);
  }

  /** The owner of a running task. */
  async findOwner(id: string): Promise<string | null> {
    const [row] = await this.database.query<{ user_id: string }>(
      `SELECT t.user_id FROM completion_task t WHERE t.id = $2 AND ${NODE_IS_ALIVE}`,
      [NODE_LOCK, id],
    );
    return row?.user_id ?? null;
  }

  /**
   * The task that writes a message, on any node; also of a dead node until its reply is marked as interrupted. Null when
   * none does.
   */
  async findWriting({ userId, chatId, messageId }: ReplyAddress): Promise<string | null> {
    const where = { userId, chatId, messageId, isWriting: true };
    const task = await this.database.repository(CompletionTask).findOne({ select: { id: true }, where });
    return task?.id ?? null;
  }

  /** Tasks of dead nodes. */
  async findAbandonedIds(): Promise<string[]> {
    const sql = `SELECT t.id FROM completion_task t WHERE NOT ${NODE_IS_ALIVE}`;
    return (await this.database.query<{ id: string }>(sql, [NODE_LOCK])).map(({ id }) => id);
  }

  /** Deletes a task of a dead node; null when another node was first. Locks the row until the transaction ends. */
  async takeAbandoned(id: string): Promise<AbandonedTask | null> {
    const [row] = await this.database.query<AbandonedTask>(
      `WITH taken AS (DELETE FROM completion_task WHERE id = $1 RETURNING user_id, chat_id, message_id, is_writing)
       SELECT user_id AS "userId", chat_id AS "chatId", message_id AS "messageId", is_writing AS "isWriting" FROM taken`,
      [id],
    );
    return row ?? null;
  }
}
