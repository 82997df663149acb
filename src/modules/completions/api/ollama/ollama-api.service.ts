import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../../common/auth/principal';
import { BadRequestError } from '../../../../common/errors/app-error';
import type { JsonObject } from '../../../../common/util/json';
import type { ResolvedModel } from '../../../models/models.types';
import { OllamaService, type OllamaRequest } from '../../../providers/ollama/ollama.service';
import { messagesOf } from '../../../pipeline/completion-context';
import type {
  OllamaEmbedRequest,
  OllamaEmbeddingsRequest,
  OllamaGenerateRequest,
  OllamaShowRequest,
} from './ollama-api.dto';
import { OllamaModelsService, withVersion } from './ollama-models.service';
import { checkedMessages, modelNameIn } from './ollama-requests';
import { ModelRulesService } from '../../steps/model-rules.service';

/** The principal, the lifetime of the request, and the server that was named. */
export interface OllamaOrigin {
  principal: Principal;
  signal: AbortSignal;
  index?: number;
}

/** Messages and keys of a request after a model's `params` and system prompt were applied. */
interface Applied {
  messages: JsonObject[];
  params: JsonObject;
}

type Relayed = Pick<OllamaRequest, 'path' | 'name' | 'form' | 'purpose'> & { toBody: (model: string) => JsonObject };

/** Ollama's own interface, with access checks and the params and prompts of model rows. */
@Injectable()
export class OllamaApiService {
  constructor(
    private readonly models: OllamaModelsService,
    private readonly ollama: OllamaService,
    private readonly rules: ModelRulesService,
  ) {}

  async show(origin: OllamaOrigin, request: OllamaShowRequest): Promise<unknown> {
    const name = request.model ?? request.name;
    if (!name) throw new BadRequestError("Model 'None' was not found");
    const { name: old, ...body } = request;
    const toBody = (model: string) => ({ ...body, model, ...(typeof old === 'string' && { name: model }) });
    return this.relay(origin, await this.resolve(origin, name), { path: '/api/show', name, form: 'named', toBody });
  }

  async embed(origin: OllamaOrigin, request: OllamaEmbedRequest | OllamaEmbeddingsRequest): Promise<unknown> {
    const path = 'input' in request ? '/api/embed' : '/api/embeddings';
    const name = request.model;
    const toBody = (model: string) => ({ ...request, model });
    return this.relay(origin, await this.resolve(origin, name), {
      path,
      name,
      form: 'named',
      purpose: 'embedding',
      toBody,
    });
  }

  async generate(origin: OllamaOrigin, request: OllamaGenerateRequest): Promise<unknown> {
    const name = request.model;
    const row = await this.resolve(origin, name);
    const system = request.system ?? '';
    const { messages, params } = await this.apply(origin, row, system ? [{ role: 'system', content: system }] : []);
    const applied = this.ollama.withParams({ stream: true, ...withoutNulls(request) }, params);
    const toBody = (model: string) => ({ ...applied, model, ...(messages[0] && { system: messages[0].content }) });
    return this.relay(origin, row, { path: '/api/generate', name, form: 'bare', purpose: 'completion', toBody });
  }

  async chat(origin: OllamaOrigin, body: JsonObject): Promise<unknown> {
    const name = withVersion(modelNameIn(body));
    const given = checkedMessages(body);
    const row = await this.resolve(origin, modelNameIn(body), name);
    const { messages, params } = await this.apply(origin, row, given);
    const { metadata: _, ...rest } = body;
    const applied = this.ollama.withParams({ stream: true, ...rest }, params);
    const toBody = (model: string) => ({ ...applied, model, messages });
    return this.relay(origin, row, { path: '/api/chat', name, form: 'bare', purpose: 'completion', toBody });
  }

  /** In the form of Ollama's own OpenAI interface. */
  async openAiChat(origin: OllamaOrigin, body: JsonObject): Promise<unknown> {
    const name = withVersion(modelNameIn(body));
    const given = checkedMessages(body);
    const row = await this.resolve(origin, modelNameIn(body), name);
    const { messages, params } = await this.apply(origin, row, given);
    const { metadata: _, ...rest } = body;
    const toBody = (model: string) => ({ ...rest, ...params, model, messages });
    return this.relay(origin, row, { path: '/v1/chat/completions', name, form: 'bare', purpose: 'completion', toBody });
  }

  /** As `openAiChat`, for text completions. */
  async openAiCompletion(origin: OllamaOrigin, body: JsonObject): Promise<unknown> {
    const name = withVersion(modelNameIn(body));
    if (typeof body.prompt !== 'string') throw new BadRequestError('prompt: a text is required');
    const row = await this.resolve(origin, modelNameIn(body), name);
    const { params } = await this.apply(origin, row, []);
    const { metadata: _, ...rest } = body;
    const toBody = (model: string) => ({ ...rest, ...params, model });
    return this.relay(origin, row, { path: '/v1/completions', name, form: 'bare', purpose: 'completion', toBody });
  }

  private resolve({ principal, index }: OllamaOrigin, name: string, shownName?: string): Promise<ResolvedModel | null> {
    return this.models.resolve(principal, { name, shownName, index });
  }

  private async apply(
    { principal }: OllamaOrigin,
    row: ResolvedModel | null,
    messages: JsonObject[],
  ): Promise<Applied> {
    if (!row) return { messages, params: {} };
    const applied = await this.rules.apply({ messages }, row.params, principal.id);
    const { messages: _, ...params } = applied;
    return { messages: messagesOf(applied), params };
  }

  private relay(origin: OllamaOrigin, row: ResolvedModel | null, request: Relayed): Promise<unknown> {
    const { principal: user, signal, index } = origin;
    const { toBody: body, ...rest } = request;
    return this.ollama.relay({ ...rest, body, model: row?.provider, presetId: row?.id, index, signal, user });
  }
}

const withoutNulls = (request: object): JsonObject =>
  Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null && value !== undefined));
