import { Injectable } from '@nestjs/common';
import { toErrorText } from '../../common/errors/to-error-answer';
import { EventStream } from '../../common/http/event-stream';
import { NdjsonStream } from '../../common/http/ndjson-stream';
import { isJsonObject, type JsonObject } from '../../common/util/json';
import type { OutgoingResponse } from '../../platform/http-client/outgoing-response';
import type { CallPurpose, ProviderModel, ProviderStream, ProviderUser } from './chat-provider';
import { ownName } from './connection-base';
import { ollamaModelOf } from './ollama/models.mapper';
import { readNative, toLines, usageOf } from './ollama/native-stream';
import { OllamaModelNotFoundError, relaying, type ErrorForm } from './ollama/ollama-errors';
import { withVersion, type OllamaHost } from './ollama/ollama-host';
import { OllamaHostsService } from './ollama/ollama-hosts.service';
import { OllamaModelListsService } from './ollama/ollama-model-lists.service';
import { toOllamaParams } from './ollama/params.mapper';
import { readChunks } from './openai/stream-reader';
import { ProviderUnreachableError } from './provider-errors';
import { UsageService } from './usage.service';

/** A request of a client that speaks Ollama, for a model that it may use. */
export interface OllamaRequest {
  path: string;
  /** As the client named the model. */
  name: string;
  /** The model that it means; undefined for one that only the named server may know. */
  model?: ProviderModel;
  /** The id that was asked for, when it is not the model's own. */
  presetId?: string;
  /** Only this server; else the least busy of the model's. */
  index?: number;
  /** The request by the name that the server has for the model. */
  body: (name: string) => JsonObject;
  /** In which form clients know the errors of the route. */
  form: ErrorForm;
  signal: AbortSignal;
  user: ProviderUser;
  /** What it is accounted as; undefined for what takes nothing of a model. */
  purpose?: CallPurpose;
}

/** Ollama's own interface, for the modules that know who may use which model. What models do is accounted. */
@Injectable()
export class OllamaService {
  constructor(
    private readonly hosts: OllamaHostsService,
    private readonly lists: OllamaModelListsService,
    private readonly usage: UsageService,
  ) {}

  /** True for a model of an Ollama server. */
  owns(model: ProviderModel): boolean {
    return ollamaModelOf(model) !== undefined;
  }

  /** True when this server has the model. */
  isOn(model: ProviderModel, index: number): boolean {
    return ollamaModelOf(model)?.urls.includes(index) ?? false;
  }

  /** True when a server offers a model of this name, whoever may use it. */
  async isOffered(name: string): Promise<boolean> {
    const models = await this.lists.listOllama({ isPatient: true });
    return models.some(({ model }) => model === name || model === withVersion(name));
  }

  /** Params under the names of OpenAI and of clients laid over a request in Ollama's form. */
  withParams(body: JsonObject, params: JsonObject): JsonObject {
    const { root, options } = toOllamaParams(params);
    const merged = { ...(isJsonObject(body.options) ? body.options : {}), ...options };
    return { ...body, ...root, ...(Object.keys(merged).length > 0 && { options: merged }) };
  }

  /** As Ollama answers: JSON, or a stream in the form that it has. */
  async relay(request: OllamaRequest): Promise<unknown> {
    const { name, model, presetId, signal, user, purpose } = request;
    if (!purpose) return this.hosts.readBody(await relaying(request.form, this.send(request)), signal);
    const call = { provider: 'ollama', model: model ?? { id: name }, presetId, signal, user, purpose };
    let isNative = false;
    const answer = await this.usage.meter(call).stream(async () => {
      const response = await relaying(request.form, this.send(request));
      isNative = response.header('content-type')?.includes('ndjson') ?? false;
      return this.open(response, isNative, signal);
    });
    if (answer.kind === 'json') return answer.body.answer;
    return isNative
      ? new NdjsonStream(toLines(answer.chunks()), (error) => `${JSON.stringify({ error: toErrorText(error) })}\n`)
      : new EventStream(
          answer.raw,
          (error) => `data: ${JSON.stringify({ error: { message: toErrorText(error) } })}\n\n`,
        );
  }

  /** The answer as the accounts read it: with `usage`, and as a stream of chunks. */
  private async open(response: OutgoingResponse, isNative: boolean, signal: AbortSignal): Promise<ProviderStream> {
    const bytes = () => response.stream((failure) => new ProviderUnreachableError(failure));
    if (isNative) return { kind: 'sse', raw: bytes(), chunks: () => readNative(bytes()) };
    if (response.header('content-type')?.includes('event-stream'))
      return { kind: 'sse', raw: bytes(), chunks: () => readChunks(bytes()) };
    const answer = await this.hosts.readBody(response, signal);
    return { kind: 'json', body: { answer, usage: usageOf(answer) } };
  }

  private send(request: OllamaRequest) {
    const { path, body, signal, user } = request;
    return this.hosts.sendToAny(this.hostsOf(request), (host) => ({
      path,
      body: body(ownName(host, sentName(request))),
      signal,
      timeout: this.hosts.longTimeout,
      requester: { user },
    }));
  }

  private hostsOf({ model, index, name }: OllamaRequest): OllamaHost[] {
    if (index !== undefined) return [this.hosts.get(index)];
    const places = (model && ollamaModelOf(model)?.urls) ?? [];
    const hosts = this.hosts.enabled().filter((host) => places.includes(host.index));
    if (hosts.length === 0) throw new OllamaModelNotFoundError(name);
    return hosts;
  }
}

/** Answers repeat the name: it stays as it was asked for, unless it is that of a preset. */
const sentName = ({ model, name }: OllamaRequest): string =>
  !model || model.id === name || model.id === withVersion(name) ? name : model.id;
