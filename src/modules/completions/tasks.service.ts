import { Injectable, type OnModuleInit } from '@nestjs/common';
import { isAdmin, VERIFIED_ROLES, type Principal, type Role } from '../../common/auth/principal';
import { isJsonObject } from '../../common/util/json';
import { sleep } from '../../common/util/time';
import { ClusterBus } from '../../platform/events/cluster-bus';
import { EventBus } from '../../platform/events/event-bus';
import { ChatsDeleted } from '../chats/chats.events';
import { UserDeleted, UserRoleChanged } from '../users/users.events';
import { CompletionTasksRepository } from './completion-tasks.repository';
import { ReplyStoppedError, RunningReplies, type RunningReply } from './running-replies';
import type { ChatTasksResponse, StopTaskResponse, TasksResponse } from './tasks.dto';

/** Announces what is to be stopped to the node that runs it: one task, or what a user has in some chats or at all. */
const STOP = 'completions:stop';
/** Chats in one announcement, which is small by nature. */
const CHATS_AT_ONCE = 150;
/** Milliseconds that stopping waits for the last save. */
const STOP_TIMEOUT = 5000;

/** Replies that are being generated, on whichever node. */
@Injectable()
export class TasksService implements OnModuleInit {
  constructor(
    private readonly running: RunningReplies,
    private readonly repository: CompletionTasksRepository,
    private readonly cluster: ClusterBus,
    private readonly events: EventBus,
  ) {}

  onModuleInit(): void {
    this.cluster.subscribe(STOP, (message) => this.stopLocal(message));
    this.events.subscribe(ChatsDeleted, ({ chatIds, userId }) => this.stopInChats(userId, chatIds));
    this.events.subscribe(UserDeleted, ({ userId }) => this.cluster.publish(STOP, { userId }));
    this.events.subscribe(UserRoleChanged, ({ userId, role }) => this.stopUnverified(userId, role));
  }

  async list(principal: Principal): Promise<TasksResponse> {
    return { tasks: await this.repository.findRunningIds(isAdmin(principal) ? undefined : principal.id) };
  }

  /** Ids of models, without doubles. */
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

  private async stopInChats(userId: string, chatIds: readonly string[]): Promise<void> {
    for (let start = 0; start < chatIds.length; start += CHATS_AT_ONCE)
      await this.cluster.publish(STOP, { userId, chatIds: chatIds.slice(start, start + CHATS_AT_ONCE) });
  }

  /** Who may not ask for replies any more gets the running ones no further. */
  private async stopUnverified(userId: string, role: Role): Promise<void> {
    if (!VERIFIED_ROLES.includes(role)) await this.cluster.publish(STOP, { userId });
  }

  /** The words tell, as clients know it, whether the model had begun to answer. */
  private async stopNow(reply: RunningReply, taskId: string): Promise<string> {
    const outcome = reply.phase === 'waiting' ? 'stopped' : 'cancelled';
    reply.abort(new ReplyStoppedError());
    const waiting = new AbortController();
    await Promise.race([reply.ended, sleep(STOP_TIMEOUT, waiting.signal)]);
    waiting.abort();
    return `Task ${taskId} successfully ${outcome}.`;
  }

  private stopLocal(message: unknown): void {
    if (!isJsonObject(message)) return;
    const { taskId, userId, chatIds } = message;
    const replies = typeof userId === 'string' ? this.running.ofUser(userId) : [this.running.findTask(String(taskId))];
    for (const reply of replies)
      if (reply && (!Array.isArray(chatIds) || chatIds.includes(reply.chatId))) reply.abort(new ReplyStoppedError());
  }
}
