import { Injectable, Logger } from '@nestjs/common';
import type { JsonObject } from '../../../common/util/json';
import { ChatsService } from '../../chats/chats.service';
import { ModelsService } from '../../models/models.service';
import { UsersService } from '../../users/users.service';
import type { CompletionContext, CompletionTarget } from '../completion-context';
import { modelParams } from '../completion-params';
import { CompletionsNotifier } from '../completions.notifier';
import { TaskSettings } from '../task.settings';
import { ModelCallService } from '../model-call.service';
import { jsonIn, replyTextOf, textsIn } from './reply-json';
import { FOLLOW_UPS_PROMPT, TAGS_PROMPT, TITLE_PROMPT } from './task-prompts';
import { renderTaskPrompt, textOf, type TemplateMessage } from './task-template';

/** Milliseconds that one small generation may take. */
const TIMEOUT = 60_000;
const TITLE_TOKENS = 1000;
/** Characters of a title that is made of a message. */
const MAX_TITLE = 200;

/** What follows a reply: suggested questions, then the chat's title and tags. Failures are logged and harm nothing. */
@Injectable()
export class BackgroundTasksService {
  private readonly logger = new Logger(BackgroundTasksService.name);

  constructor(
    private readonly calls: ModelCallService,
    private readonly models: ModelsService,
    private readonly chats: ChatsService,
    private readonly users: UsersService,
    private readonly notifier: CompletionsNotifier,
    private readonly settings: TaskSettings,
  ) {}

  async run(context: CompletionContext, signal: AbortSignal): Promise<void> {
    const { title, tags, followUps } = context.request.backgroundTasks;
    if (!followUps && (!context.place || (title === undefined && !tags))) return;
    const messages = await this.messagesOf(context);
    const jobs = [
      ...(followUps ? [() => this.followUps(context, messages, signal)] : []),
      ...(title === undefined ? [] : [() => this.title(context, messages, title, signal)]),
      ...(tags ? [() => this.tags(context, messages, signal)] : []),
    ];
    for (const job of jobs) if (!signal.aborted) await job().catch((error: unknown) => this.report(error, signal));
  }

  private async followUps(context: CompletionContext, messages: TemplateMessage[], signal: AbortSignal): Promise<void> {
    const { enable_follow_up_generation: isEnabled, follow_up_prompt_template: template } = this.settings;
    if (!isEnabled) return;
    const answer = await this.ask(context, template || FOLLOW_UPS_PROMPT, messages, signal);
    const questions = textsIn(answer.follow_ups);
    if (!questions?.length) return;
    const { place } = context;
    if (place) await this.chats.patchMessage(place.chatId, place.messageId, { followUps: questions });
    this.notifier.followUps(context, questions);
  }

  /** Not generated: the first message is the title, as it is when the model gives none. */
  private async title(
    context: CompletionContext,
    messages: TemplateMessage[],
    isGenerated: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { place } = context;
    if (!place || (!isGenerated && messages.length !== 2)) return;
    const generated = isGenerated ? await this.generateTitle(context, messages, signal) : '';
    const title = generated || textOf(messages[0] ?? {}).slice(0, MAX_TITLE);
    if (title === '') return;
    await this.chats.setTitle(place.chatId, title);
    this.notifier.title(context, title);
  }

  private async generateTitle(
    context: CompletionContext,
    messages: TemplateMessage[],
    signal: AbortSignal,
  ): Promise<string> {
    const { enable_title_generation: isEnabled, title_prompt_template: template } = this.settings;
    if (!isEnabled) return '';
    const limit = { max_completion_tokens: TITLE_TOKENS };
    const answer = await this.ask(context, template || TITLE_PROMPT, messages, signal, limit).catch(
      (error: unknown): JsonObject => {
        this.report(error, signal);
        return {};
      },
    );
    return typeof answer.title === 'string' ? answer.title.trim() : '';
  }

  private async tags(context: CompletionContext, messages: TemplateMessage[], signal: AbortSignal): Promise<void> {
    const { enable_tags_generation: isEnabled, tags_prompt_template: template } = this.settings;
    const { place } = context;
    if (!isEnabled || !place) return;
    const tags = textsIn((await this.ask(context, template || TAGS_PROMPT, messages, signal)).tags);
    if (!tags) return;
    await this.chats.setTags(place.chatId, tags);
    this.notifier.tags(context, tags);
  }

  /** The object in the answer of the task model. */
  private async ask(
    context: CompletionContext,
    template: string,
    messages: TemplateMessage[],
    signal: AbortSignal,
    limit: JsonObject = {},
  ): Promise<JsonObject> {
    const target = await this.taskTarget(context);
    const content = renderTaskPrompt(template, messages, await this.users.findDescription(context.principal.id));
    const params = target.kind === 'provider' ? modelParams(target.model.params) : {};
    const { max_tokens: _, ...others } = params;
    const body = {
      ...(limit.max_completion_tokens ? others : params),
      ...limit,
      messages: [{ role: 'user', content }],
    };
    const timeLimit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
    const call = { target, body: { ...body, stream: false }, purpose: 'task' as const };
    const answer = await this.calls.complete(context, timeLimit, call);
    return jsonIn(replyTextOf(answer));
  }

  /** The task model of the settings, if there is one that the user may use; else who gave the reply. */
  private async taskTarget({ principal, target }: CompletionContext): Promise<CompletionTarget> {
    const isLocal = target.kind === 'provider' && target.model.provider.connection_type === 'local';
    const id = isLocal ? this.settings.model : this.settings.model_external;
    const model = !id ? null : await this.models.resolveUsable(principal, id);
    return model ? { kind: 'provider', model } : target;
  }

  private async messagesOf({ place, messages }: CompletionContext): Promise<TemplateMessage[]> {
    return place ? this.chats.branch(place.chatId, place.messageId) : messages;
  }

  private report(error: unknown, signal: AbortSignal): void {
    if (!signal.aborted) this.logger.warn(`A generation after a reply failed: ${String(error)}`);
  }
}
