import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import {
  AppError,
  BadRequestError,
  ClientGoneError,
  NotFoundError,
  RelayedError,
  TooManyRequestsError,
  UnavailableError,
} from '../../../common/errors/app-error';
import type { StreamAnswer } from '../../../common/http/answers/stream-answer';
import { asString, type JsonObject } from '../../../common/util/json';
import { ModelsService } from '../../models/models.service';
import type { ResolvedModel } from '../../models/models.types';
import { CompletionContext } from '../../pipeline/completion-context';
import { ProviderDetail } from '../../providers/provider.errors';
import { ReplyRunner } from '../reply/reply-runner';
import { RunningReplies, RunningReply } from '../reply/running-replies';
import { readTaskInput } from './task-input';
import { TaskModelService } from './task-model.service';
import { TASK_ENDPOINTS, TaskDetail, type TaskEndpoint, type TaskKind } from './task-endpoints';
import { TaskSettings } from './task.settings';
import type { TaskInput } from './task-template';

/** Errors that say more than that a task has failed. */
const PASSED = [ClientGoneError, TooManyRequestsError, UnavailableError];

/** Small generations that clients request. They count as replies of the account, and take a minute at most. */
@Injectable()
export class TaskRequestsService {
  private readonly logger = new Logger(TaskRequestsService.name);

  constructor(
    private readonly model: TaskModelService,
    private readonly models: ModelsService,
    private readonly settings: TaskSettings,
    private readonly running: RunningReplies,
    private readonly runner: ReplyRunner,
  ) {}

  /**
   * The response of the model, or what clients know of a disabled task.
   * @throws ValidationError for a missing field, NotFoundError for an unknown model, the error of the provider where that
   * is JSON; any other failure is that of the endpoint.
   */
  async run(
    kind: TaskKind,
    principal: Principal,
    source: JsonObject,
    client: AbortSignal,
  ): Promise<JsonObject | StreamAnswer> {
    const endpoint: TaskEndpoint = TASK_ENDPOINTS[kind];
    const answer = endpoint.whenDisabled?.(this.settings, source);
    if (answer) return answer;
    const input = readTaskInput(source, endpoint.required);
    const requested = await this.models.resolve(asString(source.model) ?? '');
    if (!requested) throw new NotFoundError(ProviderDetail.modelNotFound);
    try {
      const model = await this.modelFor(principal, requested, endpoint);
      const chatId = asString(source.chat_id) || undefined;
      const request = { modelId: model.id, body: {}, chatId };
      const context = new CompletionContext({ principal, request, target: { kind: 'provider', model } });
      if (endpoint.canStream && source.stream === true) return await this.stream(context, endpoint, input, client);
      return await this.complete(context, endpoint, { input, source }, client);
    } catch (error) {
      throw this.failureOf(endpoint, error);
    }
  }

  private async complete(
    context: CompletionContext,
    { task }: TaskEndpoint,
    { input, source }: { input: TaskInput; source: JsonObject },
    client: AbortSignal,
  ): Promise<JsonObject> {
    const reply = new RunningReply(context.principal.id);
    this.running.add(reply);
    try {
      const signal = AbortSignal.any([client, reply.signal]);
      return await this.model.complete(context, task, input, { source, signal });
    } finally {
      reply.end();
    }
  }

  private async stream(
    context: CompletionContext,
    { task }: TaskEndpoint,
    input: TaskInput,
    client: AbortSignal,
  ): Promise<JsonObject | StreamAnswer> {
    context.body = { ...(await this.model.bodyOf(context, context.target, task, input)), stream: true };
    return this.runner.respond(context, client, { isPrepared: true });
  }

  /** The configured task model, unless the list does not have it; otherwise the requested one. */
  private async modelFor(
    principal: Principal,
    requested: ResolvedModel,
    { usesRequestedModel }: TaskEndpoint,
  ): Promise<ResolvedModel> {
    const configured = usesRequestedModel ? '' : this.model.configuredFor({ kind: 'provider', model: requested });
    const isKnown = configured !== '' && (await this.models.resolve(configured)) !== null;
    const model = await this.models.resolveUsable(principal, isKnown ? configured : requested.id);
    if (!model) throw new BadRequestError(ProviderDetail.modelNotFound);
    return model;
  }

  private failureOf({ failure }: TaskEndpoint, error: unknown): Error {
    if (PASSED.some((type) => error instanceof type)) return error as Error;
    if (error instanceof RelayedError && typeof error.body !== 'string') return error;
    this.logger.warn({ err: error }, 'A task failed');
    const detail = failure.showsReason && error instanceof AppError ? error.detail : TaskDetail.failed;
    return new AppError(failure.status, detail);
  }
}
