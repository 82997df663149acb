import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SSE_DONE, sseFrame } from '../../../../common/http/answers/sse';
import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import { nowSeconds } from '../../../../common/util/time';
import type {
  ChatProvider,
  ProviderChunk,
  ProviderModel,
  ProviderRequest,
  ProviderStream,
} from '../../../providers/chat-provider';
import { ProvidersService } from '../../../providers/providers.service';
import { BuiltinSearchSettings } from './builtin-search.settings';
import { composeReply } from './search-reply';

const MODEL: ProviderModel = {
  id: 'builtin/search',
  name: 'Document search',
  object: 'model',
  created: 0,
  owned_by: 'builtin',
  connection_type: 'local',
  builtin: true,
  tags: [],
};
const OFFERED = [MODEL];
const NONE: ProviderModel[] = [];
const NO_TOKENS = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** A model that is no model: it answers with the passages that were found in the attachments of the chat. */
@Injectable()
export class BuiltinSearchProvider implements ChatProvider {
  readonly kind = 'builtin';
  readonly rank = 100;

  constructor(
    private readonly settings: BuiltinSearchSettings,
    providers: ProvidersService,
  ) {
    providers.register(this);
  }

  get isFallback(): boolean {
    return this.settings.mode === 'auto';
  }

  listModels(): Promise<ProviderModel[]> {
    return Promise.resolve(this.settings.mode === 'never' ? NONE : OFFERED);
  }

  owns({ id, builtin }: ProviderModel): boolean {
    return builtin === true && id === MODEL.id;
  }

  async complete(request: ProviderRequest): Promise<JsonObject> {
    const content = (await paragraphsFor(request)).join('\n\n');
    const message = { role: 'assistant', content };
    return {
      ...{ ...headOf(request), object: 'chat.completion' },
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: NO_TOKENS,
    };
  }

  async stream(request: ProviderRequest): Promise<ProviderStream> {
    const chunks = await chunksFor(request);
    const { signal } = request;
    return { kind: 'sse', raw: toBytes(chunks, signal), chunks: () => each(chunks, signal) };
  }
}

const paragraphsFor = ({ purpose, grounding }: ProviderRequest): Promise<string[]> =>
  purpose === 'task' ? Promise.resolve(['']) : composeReply(grounding);

const headOf = ({ model, presetId }: ProviderRequest) => ({
  id: `chatcmpl-${randomUUID()}`,
  created: nowSeconds(),
  model: presetId ?? model.id,
});

async function chunksFor(request: ProviderRequest): Promise<ProviderChunk[]> {
  const head = { ...headOf(request), object: 'chat.completion.chunk' };
  const chunk = (delta: JsonObject, finish_reason: string | null = null): ProviderChunk => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason }],
  });
  const texts = (await paragraphsFor(request)).map((text, index) => (index === 0 ? text : `\n\n${text}`));
  const { stream_options: options } = request.body;
  const usage =
    isJsonObject(options) && options.include_usage === true ? [{ ...head, choices: [], usage: NO_TOKENS }] : [];
  return [
    chunk({ role: 'assistant', content: '' }),
    ...texts.map((content) => chunk({ content })),
    chunk({}, 'stop'),
    ...usage,
  ];
}

async function* each(chunks: readonly ProviderChunk[], signal: AbortSignal): AsyncGenerator<ProviderChunk> {
  for (const chunk of chunks) {
    signal.throwIfAborted();
    // Readers handle one chunk before the next, as of a provider.
    await Promise.resolve();
    yield chunk;
  }
}

async function* toBytes(chunks: readonly ProviderChunk[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of each(chunks, signal)) yield Buffer.from(sseFrame(chunk));
  yield Buffer.from(SSE_DONE);
}
