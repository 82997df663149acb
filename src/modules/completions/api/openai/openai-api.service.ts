import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../../../common/auth/principal';
import type { StreamAnswer } from '../../../../common/http/answers/stream-answer';
import { asString, isJsonObject, type JsonObject } from '../../../../common/util/json';
import { OpenAiProxyService, type SpeechAnswer } from '../../../providers/openai/openai-proxy.service';
import { CompletionContext } from '../../../pipeline/completion-context';
import { ReplyRunner } from '../../reply/reply-runner';
import { ModelRulesService } from '../../steps/model-rules.service';
import { UsableModelService } from '../../generation/usable-model.service';

/** OpenAI's interface without chats and steps: only the params and prompt of the model's row apply. */
@Injectable()
export class OpenAiApiService {
  constructor(
    private readonly models: UsableModelService,
    private readonly runner: ReplyRunner,
    private readonly rules: ModelRulesService,
    private readonly proxy: OpenAiProxyService,
  ) {}

  /** The provider's response, streamed or not. @throws as `UsableModelService.get`. */
  async complete(principal: Principal, source: JsonObject, client: AbortSignal): Promise<JsonObject | StreamAnswer> {
    const model = await this.models.get(principal, source);
    const { model: _, metadata, ...rest } = source;
    const body = await this.rules.apply(rest, model.params, principal.id);
    const chatId = isJsonObject(metadata) ? asString(metadata.chat_id) : undefined;
    const request = { modelId: model.id, body, chatId };
    const context = new CompletionContext({ principal, request, target: { kind: 'provider', model } });
    return this.runner.respond(context, client, { isPrepared: true });
  }

  /** Speech synthesis. Speech models are in no list: users need one that a connection names explicitly. */
  async speak(principal: Principal, body: JsonObject, client: AbortSignal): Promise<SpeechAnswer> {
    const model = isAdmin(principal) ? await this.models.find(principal, body) : await this.models.get(principal, body);
    return this.proxy.speak(principal, body, client, model?.provider);
  }
}
