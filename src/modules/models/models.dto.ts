import { IsOptional } from 'class-validator';
import { IsLaxBoolean } from '../../common/validation/fields';
import type { ProviderModel } from '../providers/chat-provider';
import type { ModelEntry } from './models.types';

export class ModelListQuery {
  /** Ask every provider before answering, each up to its time-out. */
  @IsOptional()
  @IsLaxBoolean()
  refresh?: boolean;
}

export class ModelTagResponse {
  name: string;
}

/** A model as its provider offers it, with whatever keys the provider adds. */
export class ProviderModelResponse {
  id: string;
  name: string;
  /** `openai`, `ollama` or `arena`. */
  owned_by: string;
  /** `external` or `local`. */
  connection_type?: string | null;
  /** Index of the connection. */
  urlIdx?: number;
  /** What the provider said. */
  openai?: Record<string, unknown>;

  [key: string]: unknown;
}

export class ModelEntryResponse extends ProviderModelResponse {
  /** True for presets. */
  preset?: boolean;
  /** The row that is laid over the provider's model or makes the preset, without its `params` and its picture. */
  info?: Record<string, unknown>;
  /** Buttons under replies. */
  actions: Record<string, unknown>[];
  /** Switches of the input. */
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
