import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';
import type { JsonObject } from '../../../common/util/json';
import { ModelsService } from '../../models/models.service';
import type { CompletionContext, CompletionTarget, RequestMessage } from '../../pipeline/completion-context';
import { ProviderDetail } from '../../providers/provider.errors';
import { replyText } from '../../providers/responses/reply-parts';
import { UsersService } from '../../users/users.service';
import { ModelCallService } from '../generation/model-call.service';
import { applyModelParams } from '../steps/params';
import { TaskSettings } from './task.settings';
import { renderTaskPrompt, type TaskInput } from './task-template';
import type { Task } from './tasks';

/** Milliseconds for one small generation. */
const TIMEOUT = 60_000;
/** Characters of a prompt. */
const MAX_PROMPT = 1_000_000;

/** Small generations beside a reply, and those that clients request. */
@Injectable()
export class TaskModelService {
  constructor(
    private readonly calls: ModelCallService,
    private readonly models: ModelsService,
    private readonly users: UsersService,
    private readonly settings: TaskSettings,
  ) {}

  /**
   * The text that the task model answers; null when the reply is made without a model that could.
   * @throws as `ProvidersService.complete`, and after a minute.
   */
  async ask(context: CompletionContext, task: Task, input: TaskInput, signal: AbortSignal): Promise<string | null> {
    const target = await this.targetOf(context);
    if (isBuiltin(target)) return null;
    const body = await this.bodyOf(context, target, task, input);
    return replyText(await this.call(context, target, { name: task.name }, body, signal));
  }

  /** As `ask`, to messages that need no template. */
  async respond(
    context: CompletionContext,
    messages: RequestMessage[],
    name: string,
    signal: AbortSignal,
  ): Promise<string | null> {
    const target = await this.targetOf(context);
    if (isBuiltin(target)) return null;
    return replyText(await this.call(context, target, { name }, toBody(target, messages), signal));
  }

  /** The whole response of the model of the context. @throws as `ask`; BadRequestError when it is no language model. */
  async complete(
    context: CompletionContext,
    task: Task,
    input: TaskInput,
    request: { source: JsonObject; signal: AbortSignal },
  ): Promise<JsonObject> {
    const { target } = context;
    const body = await this.bodyOf(context, target, task, input);
    return this.call(context, target, { name: task.name, body: request.source }, body, request.signal);
  }

  /** The request that a task makes to a model. @throws BadRequestError when it is no language model */
  async bodyOf(
    { principal }: CompletionContext,
    target: CompletionTarget,
    { template, maxTokens }: Task,
    input: TaskInput,
  ): Promise<JsonObject> {
    if (isBuiltin(target)) throw new BadRequestError(ProviderDetail.modelNotFound);
    const user = await this.users.findDescription(principal.id);
    const content = renderTaskPrompt(template(this.settings), input, user);
    if (content.length > MAX_PROMPT) throw new BadRequestError('The prompt is too long');
    return toBody(target, [{ role: 'user', content }], maxTokens);
  }

  /** Id of the model that is configured for tasks of models of this kind; empty: the model itself. */
  configuredFor(target: CompletionTarget): string {
    const isLocal = target.kind === 'provider' && target.model.provider.connection_type === 'local';
    return (isLocal ? this.settings.model : this.settings.model_external) ?? '';
  }

  private call(
    context: CompletionContext,
    target: CompletionTarget,
    task: { name: string; body?: JsonObject },
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const timeLimit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
    return this.calls.complete(context, { target, body, purpose: 'task', task }, timeLimit);
  }

  /** The task model of the settings, if the user may use it; otherwise the model of the reply. */
  private async targetOf({ principal, target }: CompletionContext): Promise<CompletionTarget> {
    const id = this.configuredFor(target);
    const model = id === '' ? null : await this.models.resolveUsable(principal, id);
    return model ? { kind: 'provider', model } : target;
  }
}

const isBuiltin = (target: CompletionTarget): boolean =>
  target.kind === 'provider' && Boolean(target.model.provider.builtin);

/** The params of the model's row apply, except for its system prompt; the limit of the task goes before its own. */
function toBody(target: CompletionTarget, messages: RequestMessage[], maxTokens?: number): JsonObject {
  const params = target.kind === 'provider' ? applyModelParams({}, target.model.params) : {};
  const { max_tokens: _, ...others } = params;
  const rules = maxTokens === undefined ? params : { ...others, max_completion_tokens: maxTokens };
  return { ...rules, messages, stream: false };
}
