import { Injectable } from '@nestjs/common';
import { asString, type JsonObject } from '../../common/util/json';
import type { ResolvedModel } from '../models/models.types';
import type { CallPurpose, ProviderStream } from '../providers/chat-provider';
import { ProvidersService } from '../providers/providers.service';
import { UsageService } from '../providers/usage.service';
import type { CompletionContext, CompletionTarget } from './completion-context';
import { DirectConnectionService } from './direct-connection.service';

/** A call of a model: that of the context itself, or a small one beside it. */
export interface ModelCall {
  target: CompletionTarget;
  body: JsonObject;
  /** What it is accounted as. */
  purpose?: CallPurpose;
}

/** Sends a request to whoever runs the model: a provider, or the browser of the caller. Each call is accounted. */
@Injectable()
export class ModelCallService {
  constructor(
    private readonly providers: ProvidersService,
    private readonly direct: DirectConnectionService,
    private readonly usage: UsageService,
  ) {}

  complete(context: CompletionContext, signal: AbortSignal, call: ModelCall = context): Promise<JsonObject> {
    const { target, body, purpose } = call;
    const caller = this.callerOf(context, signal);
    if (target.kind === 'provider') return this.providers.complete({ ...caller, ...modelOf(target), body, purpose });
    return this.meter(context, signal, call).whole(() => this.direct.complete({ ...caller, ...target, body }));
  }

  stream(context: CompletionContext, signal: AbortSignal): Promise<ProviderStream> {
    const { target, body } = context;
    const caller = this.callerOf(context, signal);
    if (target.kind === 'provider') return this.providers.stream({ ...caller, ...modelOf(target), body });
    return this.meter(context, signal, context).stream(() => this.direct.stream({ ...caller, ...target, body }));
  }

  private callerOf({ principal: user, request }: CompletionContext, signal: AbortSignal) {
    const { chatId, messageId } = request;
    return { user, userId: user.id, chatId, messageId, signal };
  }

  private meter({ principal: user, request }: CompletionContext, signal: AbortSignal, { target, purpose }: ModelCall) {
    const model = { id: asString(target.model.id) ?? request.modelId };
    return this.usage.meter({ provider: 'browser', model, purpose: purpose ?? 'completion', signal, user });
  }
}

const modelOf = ({ model }: { model: ResolvedModel }) => ({ model: model.provider, presetId: model.id });
