import { Injectable } from '@nestjs/common';
import { isAdmin, VERIFIED_ROLES, type Principal } from '../../../common/auth/principal';
import { isJsonObject } from '../../../common/util/json';
import { sleep } from '../../../common/util/time';
import { ClusterBus, OnAnnouncement } from '../../../platform/events/cluster-bus';
import { OnEvent } from '../../../platform/events/event-bus';
import { ChatsDeleted } from '../../chats/chats.events';
import { UserDeleted, UserRoleChanged } from '../../users/users.events';
import { CompletionTasksRepository } from './completion-tasks.repository';
import { ReplyStoppedError, RunningReplies, type RunningReply } from './running-replies';
import type { ChatTasksResponse, StopTaskResponse, TasksResponse } from './tasks.dto';

/** Announces stop requests to all nodes: one task, or all tasks of a user, optionally in some chats. */
const STOP = 'completions:stop';
/** Chats per announcement: the size of a notification is limited. */
const CHATS_AT_ONCE = 150;
/** Milliseconds to wait for the last save. */
const STOP_TIMEOUT = 5000;

/** Lists and stops running replies on all nodes. */
@Injectable()
export class TasksService {
  constructor(
    private readonly running: RunningReplies,
    private readonly repository: CompletionTasksRepository,
    private readonly cluster: ClusterBus,
  ) {}

  async list(principal: Principal): Promise<TasksResponse> {
    return { tasks: await this.repository.findRunningIds(isAdmin(principal) ? undefined : principal.id) };
  }

  /** Model ids without duplicates. */
  listRunningModels(): Promise<string[]> {
    return this.repository.findRunningModels();
  }

  async listOfChat(principal: Principal, chatId: string): Promise<ChatTasksResponse> {
    return { task_ids: await this.repository.findRunningIdsOfChat(principal.id, chatId) };
  }

  async stop(principal: Principal, taskId: string): Promise<StopTaskResponse> {
    const local = this.running.findTask(taskId);
    const owner = local ? local.userId : await this.repository.findOwner(taskId);
    if (owner === null || (owner !== principal.id && !isAdmin(principal)))
      return { status: false, message: `Task with ID ${taskId} not found.` };
    if (local) return { status: true, message: await this.stopNow(local, taskId) };
    await this.cluster.publish(STOP, { taskId });
    return { status: true, message: `Stop signal sent for ${taskId}` };
  }

  @OnEvent(ChatsDeleted)
  async stopInChats({ userId, chatIds }: ChatsDeleted): Promise<void> {
    for (let start = 0; start < chatIds.length; start += CHATS_AT_ONCE)
      await this.cluster.publish(STOP, { userId, chatIds: chatIds.slice(start, start + CHATS_AT_ONCE) });
  }

  @OnEvent(UserDeleted)
  stopOfUser({ userId }: UserDeleted): Promise<void> {
    return this.cluster.publish(STOP, { userId });
  }

  /** Running replies end when a user loses the right to request replies. */
  @OnEvent(UserRoleChanged)
  async stopUnverified({ userId, role }: UserRoleChanged): Promise<void> {
    if (!VERIFIED_ROLES.includes(role)) await this.cluster.publish(STOP, { userId });
  }

  /** The text says whether the model had started to respond; clients rely on it. */
  private async stopNow(reply: RunningReply, taskId: string): Promise<string> {
    const outcome = reply.phase === 'waiting' ? 'stopped' : 'cancelled';
    reply.abort(new ReplyStoppedError());
    const waiting = new AbortController();
    await Promise.race([reply.ended, sleep(STOP_TIMEOUT, waiting.signal)]);
    waiting.abort();
    return `Task ${taskId} successfully ${outcome}.`;
  }

  @OnAnnouncement(STOP)
  stopLocal(message: unknown): void {
    if (!isJsonObject(message)) return;
    const { taskId, userId, chatIds } = message;
    const replies = typeof userId === 'string' ? this.running.ofUser(userId) : [this.running.findTask(String(taskId))];
    for (const reply of replies)
      if (reply && (!Array.isArray(chatIds) || chatIds.includes(reply.chatId))) reply.abort(new ReplyStoppedError());
  }
}
