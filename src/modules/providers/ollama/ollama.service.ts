import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { toErrorText } from '../../../common/errors/to-error-response';
import { sseFrame } from '../../../common/http/answers/sse';
import { eventStream, ndjsonStream } from '../../../common/http/answers/stream-answer';
import { tryParseJson } from '../../../common/json/parse-json';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { OutgoingResponse } from '../../../platform/http-client/outgoing-response';
import type { CallPurpose, ProviderChunk, ProviderModel, ProviderStream, ProviderUser } from '../chat-provider';
import { openResponse, readText } from '../responses/response-form';
import { ownName } from '../connection-base';
import { ollamaModelOf } from './mapping/models.mapper';
import { readNative, toLines, usageOf } from './mapping/native-stream';
import { OllamaModelNotFoundError, withErrorForm, type ErrorForm } from './ollama-errors';
import { withVersion, type OllamaHost } from './ollama-host';
import { OllamaHostsService } from './ollama-hosts.service';
import { OllamaModelListsService } from './ollama-model-lists.service';
import { toOllamaParams } from './mapping/params.mapper';
import { readChunks } from '../responses/event-stream';
import { ProviderUnreachableError } from '../provider.errors';
import { parseAnswer } from '../provider-http.service';
import { UsageService } from '../usage/usage.service';

/** A request in Ollama's form, for a model that the user may access. */
export interface OllamaRequest {
  path: string;
  /** The model name in the request. */
  name: string;
  /** The resolved model; undefined for one that only the given server may know. */
  model?: ProviderModel;
  /** The requested id when it differs from the model's. */
  presetId?: string;
  /** Only this server; by default the least busy of the model's. */
  index?: number;
  /** Builds the body for the server's name of the model. */
  body: (name: string) => JsonObject;
  /** Error format of the route. */
  form: ErrorForm;
  signal: AbortSignal;
  user: ProviderUser;
  /** How the call is accounted; undefined for calls that use no model. */
  purpose?: CallPurpose;
}

interface OpenedResponse {
  stream: ProviderStream;
  /** True for a stream in Ollama's own form: JSON lines. */
  isNative: boolean;
}

/** Largest response that is read as a whole. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

/** Ollama's own interface, for the modules that check access to models. Model calls are accounted. */
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

  /** True when a server offers a model of this name, regardless of access. */
  async isOffered(name: string): Promise<boolean> {
    const models = await this.lists.listOllama({ waitsForFirst: true });
    return models.some(({ model }) => model === name || model === withVersion(name));
  }

  /** Applies params, under the names of OpenAI and of clients, to a request in Ollama's form. */
  withParams(body: JsonObject, params: JsonObject): JsonObject {
    const { root, options } = toOllamaParams(params);
    const merged = { ...(isJsonObject(body.options) ? body.options : {}), ...options };
    return { ...body, ...root, ...(Object.keys(merged).length > 0 && { options: merged }) };
  }

  /** The response of Ollama: JSON, or a stream in its original form. */
  async relay(request: OllamaRequest): Promise<unknown> {
    const { name, model, presetId, signal, user, purpose } = request;
    if (!purpose) return this.hosts.readBody(await withErrorForm(request.form, this.send(request)), signal);
    const call = { provider: 'ollama', model: model ?? { id: name }, presetId, signal, user, purpose };
    let isNative = false;
    const answer = await this.usage.meter(call).stream(async () => {
      const opened = await this.open(await withErrorForm(request.form, this.send(request)), request);
      ({ isNative } = opened);
      return opened.stream;
    });
    if (answer.kind === 'json') return answer.body.answer;
    return isNative
      ? ndjsonStream(toLines(answer.chunks()), (error) => `${JSON.stringify({ error: toErrorText(error) })}\n`)
      : eventStream(answer.raw, (error) => sseFrame({ error: { message: toErrorText(error) } }));
  }

  /**
   * The response as usage accounting reads it: with `usage`, and as a stream of chunks. The form is detected by the
   * first bytes, unless the server announces JSON lines.
   */
  private async open(response: OutgoingResponse, { path }: OllamaRequest): Promise<OpenedResponse> {
    const isNativePath = path.startsWith('/api/');
    const source = response.stream((failure) => new ProviderUnreachableError(failure));
    if (response.header('content-type')?.toLowerCase().includes('ndjson')) return nativeStream(source);
    const { form, bytes } = await openResponse(source);
    if (form === 'events' && isNativePath) return nativeStream(toJsonLines(readChunks(bytes)));
    if (form === 'events')
      return { isNative: false, stream: { kind: 'sse', raw: bytes, chunks: () => readChunks(bytes) } };
    const text = await readText(bytes, MAX_ANSWER_BYTES);
    const answer = parseAnswer(text);
    if (typeof answer === 'string' && hasObjectLine(text)) return nativeStream(Readable.from([Buffer.from(text)]));
    return { isNative: false, stream: { kind: 'json', body: { answer, usage: usageOf(answer) } } };
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

/** Responses repeat the requested name, unless it is that of a preset. */
const sentName = ({ model, name }: OllamaRequest): string =>
  !model || model.id === name || model.id === withVersion(name) ? name : model.id;

/** Converts events of a proxy to the JSON lines that Ollama's clients read. */
async function* toJsonLines(chunks: AsyncIterable<ProviderChunk>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) yield Buffer.from(`${JSON.stringify(chunk)}\n`);
}

const nativeStream = (bytes: AsyncIterable<Uint8Array>): OpenedResponse => ({
  isNative: true,
  stream: { kind: 'sse', raw: bytes, chunks: () => readNative(bytes) },
});

/** True for JSON lines that were sent with the media type of a whole response. */
const hasObjectLine = (text: string): boolean => isJsonObject(tryParseJson(text.trimStart().split('\n', 1)[0] ?? ''));
