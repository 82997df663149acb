import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../../common/util/json';
import { ModelsService } from '../../models/models.service';
import type { CompletionContext, CompletionTarget, RequestMessage } from '../../pipeline/completion-context';
import { replyText } from '../../providers/responses/reply-parts';
import { UsersService } from '../../users/users.service';
import { ModelCallService } from '../generation/model-call.service';
import { applyModelParams } from '../steps/params';
import { TaskSettings } from './task.settings';
import { renderTaskPrompt, type TemplateMessage } from './task-template';

/** Milliseconds for one small generation. */
const TIMEOUT = 60_000;

interface TaskOptions {
  /** The name of the task, for models that are code of this server. */
  task: string;
  /** `max_completion_tokens` beats what the model's row says. */
  limit?: JsonObject;
}

export interface TaskPrompt extends TaskOptions {
  template: string;
  messages: readonly TemplateMessage[];
}

/** Small generations beside a reply. */
@Injectable()
export class TaskModelService {
  constructor(
    private readonly calls: ModelCallService,
    private readonly models: ModelsService,
    private readonly users: UsersService,
    private readonly settings: TaskSettings,
  ) {}

  /**
   * The text that the task model answers to the prompt; null when the reply is made without a model that could.
   * @throws as `ProvidersService.complete`, and after a minute.
   */
  async ask(context: CompletionContext, prompt: TaskPrompt, signal: AbortSignal): Promise<string | null> {
    const { template, messages, ...options } = prompt;
    const content = async () =>
      renderTaskPrompt(template, messages, await this.users.findDescription(context.principal.id));
    return this.call(context, async () => [{ role: 'user', content: await content() }], options, signal);
  }

  /** As `ask`, to messages that need no template. */
  respond(
    context: CompletionContext,
    messages: RequestMessage[],
    options: TaskOptions,
    signal: AbortSignal,
  ): Promise<string | null> {
    return this.call(context, () => Promise.resolve(messages), options, signal);
  }

  private async call(
    context: CompletionContext,
    messages: () => Promise<RequestMessage[]>,
    { task, limit = {} }: TaskOptions,
    signal: AbortSignal,
  ): Promise<string | null> {
    const target = await this.targetOf(context);
    if (target.kind === 'provider' && target.model.provider.builtin) return null;
    const params = target.kind === 'provider' ? applyModelParams({}, target.model.params) : {};
    const { max_tokens: _, ...others } = params;
    const rules = limit.max_completion_tokens ? others : params;
    const body = { ...rules, ...limit, messages: await messages(), stream: false };
    const timeLimit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
    const call = { target, body, purpose: 'task', task: { name: task } } as const;
    return replyText(await this.calls.complete(context, call, timeLimit));
  }

  /** The task model of the settings, if the user may use it; otherwise the model of the reply. */
  private async targetOf({ principal, target }: CompletionContext): Promise<CompletionTarget> {
    const isLocal = target.kind === 'provider' && target.model.provider.connection_type === 'local';
    const id = isLocal ? this.settings.model : this.settings.model_external;
    const model = !id ? null : await this.models.resolveUsable(principal, id);
    return model ? { kind: 'provider', model } : target;
  }
}
