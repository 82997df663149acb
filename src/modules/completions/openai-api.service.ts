import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import type { EventStream } from '../../common/http/event-stream';
import { asString, isJsonObject, type JsonObject } from '../../common/util/json';
import { OpenAiProxyService, type SpeechAnswer } from '../providers/openai-proxy.service';
import { CompletionContext } from './completion-context';
import { ReplyAnswerService } from './reply-answer.service';
import { ModelStep } from './steps/90-model.step';
import { UsableModelService } from './usable-model.service';

/** For clients that speak to the providers' own interface: nothing of a chat, only what the model's row says. */
@Injectable()
export class OpenAiApiService {
  constructor(
    private readonly models: UsableModelService,
    private readonly answers: ReplyAnswerService,
    private readonly modelStep: ModelStep,
    private readonly proxy: OpenAiProxyService,
  ) {}

  /** As the provider answers, streamed or not. @throws as `UsableModelService.get`. */
  async complete(caller: Principal, source: JsonObject, client: AbortSignal): Promise<JsonObject | EventStream> {
    const model = await this.models.get(caller, source);
    const { model: _, metadata, ...body } = source;
    const chatId = isJsonObject(metadata) ? asString(metadata.chat_id) : undefined;
    const context = new CompletionContext(caller, {
      modelId: model.id,
      body,
      params: {},
      variables: {},
      chatId,
      files: [],
      backgroundTasks: { tags: false, followUps: false },
    });
    context.target = { kind: 'provider', model };
    return this.answers.answer(context, client, [this.modelStep]);
  }

  /** A text read aloud. The models that speak are in no list: users need one that a connection names expressly. */
  async speak(caller: Principal, body: JsonObject, client: AbortSignal): Promise<SpeechAnswer> {
    const model = isAdmin(caller) ? await this.models.find(caller, body) : await this.models.get(caller, body);
    return this.proxy.speak(caller, body, client, model?.provider);
  }
}
