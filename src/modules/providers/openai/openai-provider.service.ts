import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../../common/errors/app-error';
import { toExactJson } from '../../../common/json/exact-integers';
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
import { openResponse, readText } from '../responses/response-form';
import { ownName } from '../connection-base';
import { OpenAiSettings } from './openai.settings';
import { ProviderDetail, ProviderUnreachableError } from '../provider.errors';
import { parseAnswer, ProviderHttpService } from '../provider-http.service';
import { ProvidersService } from '../providers.service';
import { ProvidersSettings } from '../providers.settings';
import { connectionsOf } from './connection';
import { ConnectionAuthService } from './auth/connection-auth.service';
import { modelPath, type Endpoint } from './endpoint';
import { toHeaders } from './mapping/headers.mapper';
import { OpenAiModelListsService } from './openai-model-lists.service';
import { toEmbeddingPayload, toPayload } from './mapping/request.mapper';
import { assembleCompletion } from '../responses/assemble';
import { readChunks } from '../responses/event-stream';

/** Largest response that is read as a whole. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;
/** Milliseconds after `[DONE]` within which a server has to end its response; then the connection is closed. */
const END_WITHIN = 250;

/** A request that is ready to be sent. */
interface Prepared {
  url: string;
  outgoing: OutgoingRequest;
}

/** Chat completions and embeddings on OpenAI-compatible servers. */
@Injectable()
export class OpenAiProvider implements ChatProvider {
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

  listModels(options: ModelListOptions): Promise<ProviderModel[]> {
    return this.lists.list(options);
  }

  owns(model: ProviderModel): boolean {
    return 'openai' in model;
  }

  async complete(request: ProviderRequest): Promise<JsonObject> {
    const answer = await this.open(await this.prepare(request, '/chat/completions'));
    return answer.kind === 'json' ? answer.body : assembleCompletion(answer.chunks());
  }

  async stream(request: ProviderRequest): Promise<ProviderStream> {
    return this.open(await this.prepare(request, '/chat/completions'));
  }

  async embed(request: ProviderRequest): Promise<JsonObject> {
    const { url, outgoing } = await this.prepare(request, '/embeddings');
    return objectOf(await this.http.read(url, outgoing, MAX_ANSWER_BYTES));
  }

  /** The form is detected by the first bytes, unless the server announces an event stream. */
  private async open({ url, outgoing }: Prepared): Promise<ProviderStream> {
    const response = await this.http.send(url, outgoing);
    const source = response.stream((failure) => new ProviderUnreachableError(failure));
    if (response.header('content-type')?.toLowerCase().includes('event-stream'))
      return this.eventStream(response, source);
    const { form, bytes } = await openResponse(source);
    if (form === 'events') return this.eventStream(response, bytes);
    return { kind: 'json', body: objectOf(parseAnswer(await readText(bytes, MAX_ANSWER_BYTES))) };
  }

  private async prepare(request: ProviderRequest, endpoint: Endpoint): Promise<Prepared> {
    const { model, signal, user, chatId } = request;
    const connection = connectionsOf(this.settings)[model.urlIdx ?? 0];
    if (!connection) throw new NotFoundError(ProviderDetail.modelNotFound);
    const requester = user && this.options.forwards_user_info ? { user, chatId } : undefined;
    const body = endpoint === '/embeddings' ? toEmbeddingPayload : toPayload;
    return {
      url: connection.url + modelPath(connection, endpoint, ownName(connection, model.id)),
      outgoing: {
        method: 'POST',
        headers: toHeaders(connection, await this.auth.tokenFor(connection, user), requester),
        body: toExactJson(body(connection, model, this.bodyOf(request)), request.body),
        signal,
        timeout: this.options.timeout * 1000,
      },
    };
  }

  /** Pipelines servers receive the user. */
  private bodyOf({ model, body, user }: ProviderRequest): JsonObject {
    const asksForUsage = this.options.asks_for_usage && body.stream === true && body.stream_options === undefined;
    return {
      ...body,
      ...(asksForUsage && { stream_options: { include_usage: true } }),
      ...(user && isJsonObject(model.pipeline) && { user: namedUser(user) }),
    };
  }

  private eventStream(response: OutgoingResponse, bytes: AsyncIterable<Uint8Array>): ProviderStream {
    const reading = { maxLine: this.options.max_stream_line, onDone: () => response.endWithin(END_WITHIN) };
    return { kind: 'sse', raw: bytes, chunks: () => readChunks(bytes, reading) };
  }
}

/** Google wraps errors in a list. */
function objectOf(answer: unknown): JsonObject {
  const object: unknown = Array.isArray(answer) ? answer[0] : answer;
  if (isJsonObject(object)) return object;
  throw new ProviderUnreachableError(new Error('The response is not a JSON object'));
}

const namedUser = ({ id, name, email, role }: ProviderUser): JsonObject => ({ name, id, email, role });
