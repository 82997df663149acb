import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { NotFoundError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { OutgoingRequest } from '../../../platform/http-client/http-client';
import type { OutgoingResponse } from '../../../platform/http-client/outgoing-response';
import type {
  ChatProvider,
  ModelListOptions,
  ProviderModel,
  ProviderRequest,
  ProviderStream,
  ProviderUser,
} from '../chat-provider';
import { ownName } from '../connection-base';
import { OpenAiSettings } from '../openai.settings';
import { ProviderUnreachableError } from '../provider-errors';
import { ProviderHttpService } from '../provider-http.service';
import { ProvidersService } from '../providers.service';
import { ProvidersSettings } from '../providers.settings';
import { connectionsOf } from './connection';
import { ConnectionAuthService } from './connection-auth.service';
import { modelPath, type Endpoint } from './endpoint';
import { toHeaders } from './headers.mapper';
import { OpenAiModelListsService } from './openai-model-lists.service';
import { toEmbeddingPayload, toPayload } from './request.mapper';
import { readChunks } from './stream-reader';

/** Largest answer that is read as a whole. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;
/** Milliseconds that a server has to end its answer after it has said `[DONE]`; then the connection is closed. */
const END_WITHIN = 250;

/** A request that only has to be sent. */
interface Prepared {
  url: string;
  outgoing: OutgoingRequest;
}

/** Chats with OpenAI-compatible servers, and their embeddings. */
@Injectable()
export class OpenAiProvider implements ChatProvider, OnApplicationBootstrap {
  readonly kind = 'openai';
  readonly rank = 10;

  constructor(
    private readonly settings: OpenAiSettings,
    private readonly options: ProvidersSettings,
    private readonly lists: OpenAiModelListsService,
    private readonly http: ProviderHttpService,
    private readonly auth: ConnectionAuthService,
    providers: ProvidersService,
  ) {
    providers.register(this);
  }

  /** Lists are fetched before the first client asks; the start does not wait for them. */
  onApplicationBootstrap(): void {
    void this.listModels({});
  }

  listModels(options: ModelListOptions): Promise<ProviderModel[]> {
    return this.lists.list(options);
  }

  owns(model: ProviderModel): boolean {
    return 'openai' in model;
  }

  async complete(request: ProviderRequest): Promise<JsonObject> {
    return this.read(await this.prepare(request, '/chat/completions'));
  }

  async stream(request: ProviderRequest): Promise<ProviderStream> {
    const { url, outgoing } = await this.prepare(request, '/chat/completions');
    const response = await this.http.send(url, outgoing);
    if (response.header('content-type')?.includes('text/event-stream')) return this.eventStream(response);
    const body = await this.http.readBody(response, request.signal, MAX_ANSWER_BYTES);
    return { kind: 'json', body: objectOf(body) };
  }

  async embed(request: ProviderRequest): Promise<JsonObject> {
    return this.read(await this.prepare(request, '/embeddings'));
  }

  private async read({ url, outgoing }: Prepared): Promise<JsonObject> {
    return objectOf(await this.http.read(url, outgoing, MAX_ANSWER_BYTES));
  }

  private async prepare(request: ProviderRequest, endpoint: Endpoint): Promise<Prepared> {
    const { model, signal, user, chatId } = request;
    const connection = connectionsOf(this.settings)[model.urlIdx ?? 0];
    if (!connection) throw new NotFoundError(Detail.modelNotFound);
    const requester = user && this.options.forwards_user_info ? { user, chatId } : undefined;
    const body = endpoint === '/embeddings' ? toEmbeddingPayload : toPayload;
    return {
      url: connection.url + modelPath(connection, endpoint, ownName(connection, model.id)),
      outgoing: {
        method: 'POST',
        headers: toHeaders(connection, await this.auth.tokenFor(connection, user), requester),
        body: JSON.stringify(body(connection, model, this.bodyOf(request))),
        signal,
        timeout: this.options.timeout * 1000,
      },
    };
  }

  /** Models of a pipelines server are told who asks. */
  private bodyOf({ model, body, user }: ProviderRequest): JsonObject {
    const asksForUsage = this.options.asks_for_usage && body.stream === true && body.stream_options === undefined;
    return {
      ...body,
      ...(asksForUsage && { stream_options: { include_usage: true } }),
      ...(user && isJsonObject(model.pipeline) && { user: namedUser(user) }),
    };
  }

  private eventStream(response: OutgoingResponse): ProviderStream {
    const bytes = () => response.stream((failure) => new ProviderUnreachableError(failure));
    const reading = { maxLine: this.options.max_stream_line, onDone: () => response.endWithin(END_WITHIN) };
    return { kind: 'sse', raw: bytes(), chunks: () => readChunks(bytes(), reading) };
  }
}

function objectOf(answer: unknown): JsonObject {
  if (isJsonObject(answer)) return answer;
  throw new ProviderUnreachableError(new Error('The answer is no JSON object'));
}

const namedUser = ({ id, name, email, role }: ProviderUser): JsonObject => ({ name, id, email, role });
