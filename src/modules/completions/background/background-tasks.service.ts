import { Injectable, Logger } from '@nestjs/common';
import type { JsonObject } from '../../../common/util/json';
import { ChatsService } from '../../chats/chats.service';
import type { BackgroundTasks, CompletionContext } from '../../pipeline/completion-context';
import { CompletionsNotifier } from '../reply/completions.notifier';
import { TaskSettings } from './task.settings';
import { jsonIn, stringsIn } from './reply-json';
import { TaskModelService } from './task-model.service';
import { plainText, type TemplateMessage } from './task-template';
import { TASKS, type Task } from './tasks';

/** Characters of a title. */
const MAX_TITLE = 200;

const NO_TASKS: BackgroundTasks = { tags: false, followUps: false };

/** Small generations after a reply: suggested questions, then the chat's title and tags. Failures are only logged. */
@Injectable()
export class BackgroundTasksService {
  private readonly logger = new Logger(BackgroundTasksService.name);

  constructor(
    private readonly model: TaskModelService,
    private readonly chats: ChatsService,
    private readonly notifier: CompletionsNotifier,
    private readonly settings: TaskSettings,
  ) {}

  /** Never rejects. */
  async run(context: CompletionContext, signal: AbortSignal): Promise<void> {
    await this.runWanted(context, signal).catch((error: unknown) => this.report(error, signal));
  }

  private async runWanted(context: CompletionContext, signal: AbortSignal): Promise<void> {
    const { title, tags, followUps } = context.request.backgroundTasks ?? NO_TASKS;
    const jobs: ((messages: TemplateMessage[]) => Promise<void>)[] = [];
    if (followUps) jobs.push((messages) => this.followUps(context, messages, signal));
    if (title !== undefined && context.place) jobs.push((messages) => this.title(context, messages, title, signal));
    if (tags && context.place) jobs.push((messages) => this.tags(context, messages, signal));
    if (jobs.length === 0) return;
    const messages = await this.messagesOf(context);
    for (const job of jobs)
      if (!signal.aborted) await job(messages).catch((error: unknown) => this.report(error, signal));
  }

  private async followUps(context: CompletionContext, messages: TemplateMessage[], signal: AbortSignal): Promise<void> {
    if (!this.settings.enable_follow_up_generation) return;
    const answer = await this.ask(context, TASKS.followUps, messages, signal);
    const questions = stringsIn(answer.follow_ups);
    if (!questions?.length) return;
    const { place } = context;
    if (place) await this.chats.patchMessage(place.chatId, place.messageId, { followUps: questions });
    this.notifier.followUps(context, questions);
  }

  /** The first message is the title when none is generated. */
  private async title(
    context: CompletionContext,
    messages: TemplateMessage[],
    isGenerated: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { place } = context;
    if (!place || (!isGenerated && messages.length !== 2)) return;
    const generated = isGenerated ? await this.generateTitle(context, messages, signal) : '';
    const title = (generated || plainText(messages[0] ?? {})).slice(0, MAX_TITLE);
    if (title === '') return;
    await this.chats.setTitle(place.chatId, title);
    this.notifier.title(context, title);
  }

  private async generateTitle(
    context: CompletionContext,
    messages: TemplateMessage[],
    signal: AbortSignal,
  ): Promise<string> {
    if (!this.settings.enable_title_generation) return '';
    const answer = await this.ask(context, TASKS.title, messages, signal).catch((error: unknown): JsonObject => {
      this.report(error, signal);
      return {};
    });
    return typeof answer.title === 'string' ? answer.title.trim() : '';
  }

  private async tags(context: CompletionContext, messages: TemplateMessage[], signal: AbortSignal): Promise<void> {
    const { place } = context;
    if (!this.settings.enable_tags_generation || !place) return;
    const tags = stringsIn((await this.ask(context, TASKS.tags, messages, signal)).tags);
    if (!tags) return;
    await this.chats.setTags(place.chatId, tags);
    this.notifier.tags(context, tags);
  }

  /** The JSON object in the answer of the task model; empty without one. */
  private async ask(
    context: CompletionContext,
    task: Task,
    messages: TemplateMessage[],
    signal: AbortSignal,
  ): Promise<JsonObject> {
    return jsonIn((await this.model.ask(context, task, { messages }, signal)) ?? '');
  }

  private async messagesOf({ place, messages }: CompletionContext): Promise<TemplateMessage[]> {
    return place ? this.chats.branch(place.chatId, place.messageId) : messages;
  }

  private report(error: unknown, signal: AbortSignal): void {
    if (!signal.aborted) this.logger.warn(`Background task failed: ${String(error)}`);
  }
}
