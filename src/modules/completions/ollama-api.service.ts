import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError } from '../../common/errors/app-error';
import type { JsonObject } from '../../common/util/json';
import type { ResolvedModel } from '../models/models.types';
import { OllamaService, type OllamaRequest } from '../providers/ollama.service';
import { CompletionContext } from './completion-context';
import type {
  OllamaEmbedRequest,
  OllamaEmbeddingsRequest,
  OllamaGenerateRequest,
  OllamaShowRequest,
} from './ollama-api.dto';
import { OllamaModelsService, withVersion } from './ollama-models.service';
import { checkedMessages, modelNameIn } from './ollama-requests';
import { ModelStep } from './steps/90-model.step';

/** Who asks, for how long, and which server. */
export interface OllamaCaller {
  principal: Principal;
  signal: AbortSignal;
  index?: number;
}

/** What `params` and the system prompt of a model's row make of a request's messages and keys. */
interface Applied {
  messages: JsonObject[];
  params: JsonObject;
}

type Relayed = Pick<OllamaRequest, 'path' | 'name' | 'form' | 'purpose'> & { toBody: (model: string) => JsonObject };

/** Ollama's own interface for clients that speak it, with access to models and what their rows say. */
@Injectable()
export class OllamaApiService {
  constructor(
    private readonly models: OllamaModelsService,
    private readonly ollama: OllamaService,
    private readonly modelStep: ModelStep,
  ) {}

  async show(caller: OllamaCaller, request: OllamaShowRequest): Promise<unknown> {
    const name = request.model ?? request.name;
    if (!name) throw new BadRequestError("Model 'None' was not found");
    const { name: old, ...body } = request;
    const toBody = (model: string) => ({ ...body, model, ...(typeof old === 'string' && { name: model }) });
    return this.relay(caller, await this.resolve(caller, name), { path: '/api/show', name, form: 'named', toBody });
  }

  async embed(caller: OllamaCaller, request: OllamaEmbedRequest | OllamaEmbeddingsRequest): Promise<unknown> {
    const path = 'input' in request ? '/api/embed' : '/api/embeddings';
    const name = request.model;
    const toBody = (model: string) => ({ ...request, model });
    return this.relay(caller, await this.resolve(caller, name), {
      path,
      name,
      form: 'named',
      purpose: 'embedding',
      toBody,
    });
  }

  async generate(caller: OllamaCaller, request: OllamaGenerateRequest): Promise<unknown> {
    const name = request.model;
    const row = await this.resolve(caller, name);
    const system = request.system ?? '';
    const { messages, params } = await this.apply(caller, row, system ? [{ role: 'system', content: system }] : []);
    const applied = this.ollama.withParams({ stream: true, ...withoutNulls(request) }, params);
    const toBody = (model: string) => ({ ...applied, model, ...(messages[0] && { system: messages[0].content }) });
    return this.relay(caller, row, { path: '/api/generate', name, form: 'bare', purpose: 'completion', toBody });
  }

  async chat(caller: OllamaCaller, body: JsonObject): Promise<unknown> {
    const name = withVersion(modelNameIn(body));
    const given = checkedMessages(body);
    const row = await this.resolve(caller, modelNameIn(body), name);
    const { messages, params } = await this.apply(caller, row, given);
    const { metadata: _, ...rest } = body;
    const applied = this.ollama.withParams({ stream: true, ...rest }, params);
    const toBody = (model: string) => ({ ...applied, model, messages });
    return this.relay(caller, row, { path: '/api/chat', name, form: 'bare', purpose: 'completion', toBody });
  }

  /** As the OpenAI interface that Ollama has itself. */
  async openAiChat(caller: OllamaCaller, body: JsonObject): Promise<unknown> {
    const name = withVersion(modelNameIn(body));
    const given = checkedMessages(body);
    const row = await this.resolve(caller, modelNameIn(body), name);
    const { messages, params } = await this.apply(caller, row, given);
    const { metadata: _, ...rest } = body;
    const toBody = (model: string) => ({ ...rest, ...params, model, messages });
    return this.relay(caller, row, { path: '/v1/chat/completions', name, form: 'bare', purpose: 'completion', toBody });
  }

  /** As `openAiChat`, for texts. */
  async openAiCompletion(caller: OllamaCaller, body: JsonObject): Promise<unknown> {
    const name = withVersion(modelNameIn(body));
    if (typeof body.prompt !== 'string') throw new BadRequestError('prompt: a text is required');
    const row = await this.resolve(caller, modelNameIn(body), name);
    const { params } = await this.apply(caller, row, []);
    const { metadata: _, ...rest } = body;
    const toBody = (model: string) => ({ ...rest, ...params, model });
    return this.relay(caller, row, { path: '/v1/completions', name, form: 'bare', purpose: 'completion', toBody });
  }

  private resolve({ principal, index }: OllamaCaller, name: string, told?: string): Promise<ResolvedModel | null> {
    return this.models.resolve(principal, { name, told, index });
  }

  private async apply(
    { principal }: OllamaCaller,
    row: ResolvedModel | null,
    messages: JsonObject[],
  ): Promise<Applied> {
    if (!row) return { messages, params: {} };
    const request = { modelId: row.id, body: { messages }, params: {}, files: [], variables: {} };
    const context = new CompletionContext(principal, {
      ...request,
      backgroundTasks: { tags: false, followUps: false },
    });
    context.target = { kind: 'provider', model: row };
    await this.modelStep.apply(context);
    const { messages: _, ...params } = context.body;
    return { messages: context.messages, params };
  }

  private relay(caller: OllamaCaller, row: ResolvedModel | null, request: Relayed): Promise<unknown> {
    const { principal: user, signal, index } = caller;
    const { toBody: body, ...rest } = request;
    return this.ollama.relay({ ...rest, body, model: row?.provider, presetId: row?.id, index, signal, user });
  }
}

const withoutNulls = (request: object): JsonObject =>
  Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null && value !== undefined));
