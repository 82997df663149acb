import { Injectable } from '@nestjs/common';
import { asString, type JsonObject } from '../../../common/util/json';
import type { ResolvedModel } from '../../models/models.types';
import type { CompletionContext, CompletionTarget } from '../../pipeline/completion-context';
import type { CallPurpose, ProviderStream } from '../../providers/chat-provider';
import { ProvidersService } from '../../providers/providers.service';
import { UsageService } from '../../providers/usage/usage.service';
import { ReplyHostService, type ReplyTask } from '../functions/reply-host.service';
import { DirectConnectionService } from './direct-connection.service';

/** One call of a model: for the reply itself, or for a background task. */
export interface ModelCall {
  target: CompletionTarget;
  body: JsonObject;
  /** The purpose in usage records; `completion` by default. */
  purpose?: CallPurpose;
  /** Set for a task, for models that are code of this server. */
  task?: ReplyTask;
}

/** Sends a request to the provider or to the principal's browser. Records the usage of each call. */
@Injectable()
export class ModelCallService {
  constructor(
    private readonly providers: ProvidersService,
    private readonly direct: DirectConnectionService,
    private readonly usage: UsageService,
    private readonly hosts: ReplyHostService,
  ) {}

  complete(context: CompletionContext, call: ModelCall, signal: AbortSignal): Promise<JsonObject> {
    const { target, body, purpose } = call;
    const origin = originOf(context, signal);
    const grounding = purpose === undefined ? context.grounding : undefined;
    if (target.kind === 'provider')
      return this.providers.complete({
        ...origin,
        ...this.modelOf(context, target, call.task),
        body,
        purpose,
        grounding,
      });
    return this.meter(context, call, signal).whole(() => this.direct.complete({ ...origin, ...target, body }));
  }

  stream(context: CompletionContext, body: JsonObject, signal: AbortSignal): Promise<ProviderStream> {
    const { target, grounding } = context;
    const origin = originOf(context, signal);
    if (target.kind === 'provider')
      return this.providers.stream({ ...origin, ...this.modelOf(context, target), body, grounding });
    return this.meter(context, { target, body }, signal).stream(() =>
      this.direct.stream({ ...origin, ...target, body }),
    );
  }

  /** Only models that are code of this server get what they may use of the reply. */
  private modelOf(context: CompletionContext, { model }: { model: ResolvedModel }, task?: ReplyTask) {
    const reply = model.provider.pipe ? this.hosts.scopeOf(context, task) : undefined;
    return { model: model.provider, presetId: model.id, reply };
  }

  private meter({ principal: user, request }: CompletionContext, { target, purpose }: ModelCall, signal: AbortSignal) {
    const model = { id: asString(target.model.id) ?? request.modelId };
    return this.usage.meter({ provider: 'browser', model, purpose: purpose ?? 'completion', signal, user });
  }
}

const originOf = ({ principal: user, request: { chatId, messageId } }: CompletionContext, signal: AbortSignal) => ({
  user,
  userId: user.id,
  chatId,
  messageId,
  signal,
});
