import { IsOptional } from 'class-validator';
import { IsLaxBoolean } from '../../common/validation/fields';
import type { ProviderModel } from '../providers/chat-provider';
import type { ModelEntry } from './models.types';

export class ModelListQuery {
  /** Refresh the lists of all providers first, each within its timeout. */
  @IsOptional()
  @IsLaxBoolean()
  refresh?: boolean;
}

export class ModelTagResponse {
  name: string;
}

/** A model of a provider, with additional keys of that provider. */
export class ProviderModelResponse {
  id: string;
  name: string;
  /** `openai`, `ollama` or `arena`. */
  owned_by: string;
  /** `external` or `local`. */
  connection_type?: string | null;
  /** Index of the connection. */
  urlIdx?: number;
  /** The provider's list entry. */
  openai?: Record<string, unknown>;

  [key: string]: unknown;
}

export class ModelEntryResponse extends ProviderModelResponse {
  /** True for presets. */
  preset?: boolean;
  /** The row that overrides the provider's model or defines the preset, without `params` and picture. */
  info?: Record<string, unknown>;
  /** Buttons below replies. */
  actions: Record<string, unknown>[];
  /** Toggles of the input. */
  filters: Record<string, unknown>[];
  /** Tags of the row and of the provider's model. */
  tags: ModelTagResponse[];
}

export class ModelListResponse {
  data: ModelEntryResponse[];
}

export class ProviderModelListResponse {
  data: ProviderModelResponse[];
}

export const toModelListResponse = (models: ModelEntry[]): ModelListResponse => ({
  data: models.map((model) => ({ ...model, info: model.info && { ...model.info } })),
});

export const toProviderModelListResponse = (data: ProviderModel[]): ProviderModelListResponse => ({
  data,
});

/** A model with the servers that have it. */
export class OllamaTagResponse {
  /** With the prefix of its servers. */
  model: string;
  /** The server's own name. */
  name: string;
  /** Indexes of the servers that have it. */
  urls: number[];
  /** `local` or `external`. */
  connection_type: string;
  /** Unix seconds at which it is unloaded from memory; absent when it is not loaded. */
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
  data: models.map((model) => ({ ...toOpenAiListItem(model), owned_by: 'openai' })),
  object: 'list',
});

export const toOpenAiListItem = ({ id, created, owned_by }: ProviderModel): OpenAiListItemResponse => ({
  id,
  object: 'model',
  created: Number(created ?? 0),
  owned_by,
});
