import type { ProviderModel } from '../providers/chat-provider';

/** What a server says of a model, and where it is. */
export class OllamaTagResponse {
  /** With the prefix of its servers. */
  model: string;
  /** The server's own name of it. */
  name: string;
  /** Indexes of the servers that have it. */
  urls: number[];
  /** `local` or `external`. */
  connection_type: string;
  /** Unix seconds until which it is kept in memory; absent when it is not loaded. */
  expires_at?: number;

  [key: string]: unknown;
}

export class OllamaTagsResponse {
  models: OllamaTagResponse[];
}

export class OpenAiListItemResponse {
  id: string;
  object: string;
  /** Unix seconds. */
  created: number;
  owned_by: string;
}

export class OpenAiListResponse {
  data: OpenAiListItemResponse[];
  object: string;
}

export const toOllamaTags = (models: ProviderModel[]): OllamaTagsResponse => ({
  models: models.map(({ ollama }) => ollama as OllamaTagResponse),
});

export const toOpenAiList = (models: ProviderModel[]): OpenAiListResponse => ({
  data: models.map(({ id, created }) => ({ id, object: 'model', created: Number(created), owned_by: 'openai' })),
  object: 'list',
});
