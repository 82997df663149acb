import { Injectable } from '@nestjs/common';
import { aborting } from '../../../common/util/aborting';
import { asString, isJsonObject, type JsonObject } from '../../../common/util/json';
import { RealtimeService } from '../../../platform/realtime/realtime.service';
import { ModelsService } from '../../models/models.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import { metadataOf, modelEntryOf } from '../../pipeline/reply-metadata';
import { specOf, type ToolOutcome } from '../../pipeline/tool';
import type { ReplyHost, ReplyScope } from '../../providers/chat-provider';
import { ProviderDetail } from '../../providers/provider.errors';
import { ProvidersService } from '../../providers/providers.service';
import { CompletionsSettings } from '../completions.settings';
import { ModelRulesService } from '../steps/model-rules.service';

/** Calls of models by models: a pipe may call itself. */
const MAX_DEPTH = 5;

/** A generation beside the reply, such as its title. */
export interface ReplyTask {
  name: string;
  /** What the generation was requested with. */
  body?: JsonObject;
}

/** What code of tools and functions may do during a reply: with the rights of its principal, and to its socket alone. */
@Injectable()
export class ReplyHostService {
  constructor(
    private readonly realtime: RealtimeService,
    private readonly models: ModelsService,
    private readonly rules: ModelRulesService,
    private readonly providers: ProvidersService,
    private readonly settings: CompletionsSettings,
  ) {}

  of(context: CompletionContext, depth = 0): ReplyHost {
    return {
      emit: ({ type, data }) => {
        if (typeof type === 'string') context.emit({ type: 'message', event: { type, data } });
        return context.sent;
      },
      ask: (event, signal) => this.ask(context, event, signal),
      complete: (body, signal) => this.complete(context, body, signal, depth + 1),
    };
  }

  /** Injected parameters of tools and filters. */
  injectedOf(context: CompletionContext): JsonObject {
    return {
      __metadata__: metadataOf(context),
      __model__: modelEntryOf(context),
      __messages__: context.messages,
      __files__: context.files,
      __oauth_token__: null,
    };
  }

  /** For a model that is code of this server. A task reaches no client. */
  scopeOf(context: CompletionContext, task?: ReplyTask, depth = 0): ReplyScope {
    const { chatId = null, sessionId = null, messageId = null } = context.request;
    const { complete, ...events } = this.of(context, depth);
    const tools = Object.fromEntries([...context.available].map(([name, tool]) => [name, { spec: specOf(tool) }]));
    const host: ReplyHost = {
      ...(task ? {} : events),
      complete,
      tools,
      callTool: async (name, args, signal) => {
        const tool = context.available.get(name);
        if (!tool) throw new Error(`Tool not found: ${name.slice(0, 200)}`);
        return rawValue(await tool.call(args, signal));
      },
    };
    const injected = {
      ...{ __chat_id__: chatId, __session_id__: sessionId, __message_id__: messageId },
      ...{ __task__: task?.name ?? null, __task_body__: task?.body ?? null },
      ...{ __files__: context.files, __metadata__: metadataOf(context), __oauth_token__: null },
    };
    return { host, injected };
  }

  /** @throws SocketGoneError, SocketTimeoutError, or the reason of the signal. */
  private async ask(context: CompletionContext, { type, data }: JsonObject, signal: AbortSignal): Promise<unknown> {
    const { principal, request } = context;
    const { sessionId: socketId, chatId = null, messageId = null } = request;
    if (socketId === undefined) throw new Error('There is no browser to ask: the request names no socket');
    await context.sent;
    const event = { chat_id: chatId, message_id: messageId, data: { type, data } };
    const timeout = this.settings.event_call_timeout * 1000;
    return aborting(signal, this.realtime.call({ socketId, userId: principal.id }, 'events', event, timeout));
  }

  /** @throws Error for a model that the principal may not use; as `ProvidersService.complete`. */
  private async complete(
    context: CompletionContext,
    request: JsonObject,
    signal: AbortSignal,
    depth: number,
  ): Promise<JsonObject> {
    if (depth > MAX_DEPTH) throw new Error('Models call each other too deeply');
    const { principal, request: own } = context;
    const { model: name, metadata: _, ...body } = isJsonObject(request) ? request : {};
    const model = await this.models.resolveUsable(principal, asString(name) ?? '');
    if (!model) throw new Error(ProviderDetail.modelNotFound);
    return this.providers.complete({
      model: model.provider,
      presetId: model.id,
      body: { ...(await this.rules.apply(body, model.params, principal.id)), stream: false },
      signal,
      user: principal,
      chatId: own.chatId,
      reply: this.scopeOf(context, undefined, depth),
    });
  }
}

function rawValue(outcome: ToolOutcome): unknown {
  switch (outcome.kind) {
    case 'value':
      return outcome.value;
    case 'external':
      return outcome.data;
    case 'mcp':
      return outcome.content;
    case 'response':
      return outcome.body;
  }
}
