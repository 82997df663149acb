import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../../common/errors/app-error';
import type { JsonObject } from '../../../common/util/json';
import type { OutgoingResponse } from '../../../platform/http-client/outgoing-response';
import type { ChatProvider, ModelListOptions, ProviderModel, ProviderRequest, ProviderStream } from '../chat-provider';
import { ownName } from '../connection-base';
import { ProviderDetail, ProviderError, ProviderUnreachableError } from '../provider.errors';
import { ProvidersService } from '../providers.service';
import { ollamaModelOf } from './mapping/models.mapper';
import type { OllamaHost } from './ollama-host';
import { OllamaHostsService } from './ollama-hosts.service';
import { OllamaModelListsService } from './ollama-model-lists.service';
import { toChatPayload, toEmbedPayload } from './mapping/request.mapper';
import { toEmbeddings } from './mapping/response.mapper';
import { readChatChunks, toCompletion, toEventStream } from './mapping/stream-reader';

/** Chat completions and embeddings on Ollama servers, in OpenAI's form. */
@Injectable()
export class OllamaProvider implements ChatProvider {
  readonly kind = 'ollama';
  readonly rank = 20;

  constructor(
    private readonly hosts: OllamaHostsService,
    private readonly lists: OllamaModelListsService,
    providers: ProvidersService,
  ) {
    providers.register(this);
  }

  listModels(options: ModelListOptions): Promise<ProviderModel[]> {
    return this.lists.list(options);
  }

  owns(model: ProviderModel): boolean {
    return ollamaModelOf(model) !== undefined;
  }

  async complete(request: ProviderRequest): Promise<JsonObject> {
    const response = await this.chat(request, false);
    const answer = await this.hosts.readBody(response, request.signal);
    const completion = await toCompletion(answer, request.model.id);
    if (completion.error !== undefined) throw new ProviderError(500, { detail: completion.error });
    return completion;
  }

  async stream(request: ProviderRequest): Promise<ProviderStream> {
    const response = await this.chat(request, true);
    const bytes = () => response.stream((failure) => new ProviderUnreachableError(failure));
    const chunks = () => readChatChunks(bytes(), request.model.id);
    return { kind: 'sse', raw: toEventStream(chunks()), chunks };
  }

  async embed(request: ProviderRequest): Promise<JsonObject> {
    const response = await this.send(request, '/api/embed', (name) => toEmbedPayload(name, request.body));
    return toEmbeddings(request.model.id, await this.hosts.readBody(response, request.signal));
  }

  private chat(request: ProviderRequest, stream: boolean): Promise<OutgoingResponse> {
    return this.send(request, '/api/chat', (name) => toChatPayload(name, { ...request.body, stream }));
  }

  private async send(
    { model, body, signal, user, chatId }: ProviderRequest,
    path: string,
    toPayload: (name: string) => JsonObject,
  ): Promise<OutgoingResponse> {
    const callOf = (host: OllamaHost) => ({
      path,
      body: toPayload(ownName(host, model.id)),
      source: body,
      signal,
      timeout: this.hosts.longTimeout,
      requester: user && { user, chatId },
    });
    try {
      return await this.hosts.sendToAny(this.hostsOf(model), callOf);
    } catch (error) {
      throw error instanceof ProviderError
        ? new ProviderError(error.status, { detail: error.detail }, error.headers)
        : error;
    }
  }

  private hostsOf(model: ProviderModel): OllamaHost[] {
    const places = ollamaModelOf(model)?.urls ?? [];
    const hosts = this.hosts.enabled().filter(({ index }) => places.includes(index));
    if (hosts.length === 0) throw new NotFoundError(ProviderDetail.modelNotFound);
    return hosts;
  }
}
