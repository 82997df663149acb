import type { JsonObject } from '../../common/util/json';
import type { AccessControl } from '../access/access-control.dto';
import type { ModelTag, ProviderModel } from '../providers/chat-provider';
import type { Model } from './model.entity';

/** A row for lists, without large or confidential columns. */
export type ModelOverview = Omit<Model, 'params' | 'profileImageUrl'>;

/** A preset with its owner and base. */
export interface PresetBase {
  id: string;
  ownerId: string;
  baseId: string;
}

/** Filter and order of presets. */
export interface PresetFilter {
  /** Part of the name or of the base's id. */
  text?: string;
  /** Name of a tag, case-insensitive. */
  tag?: string;
  /** Only the principal's own, or only those of others. */
  owned?: boolean;
  orderBy: 'name' | 'createdAt' | 'updatedAt';
  direction: 'ASC' | 'DESC';
  limit: number;
  offset: number;
}

/** A row in the list, without its params. */
export interface ModelInfo {
  id: string;
  user_id: string;
  base_model_id: string | null;
  name: string;
  meta: JsonObject;
  access_control: AccessControl;
  is_active: boolean;
  /** Unix seconds. */
  updated_at: number;
  created_at: number;
}

/** A model for clients: a provider's model with its row applied, an arena, or a preset. */
export interface ModelEntry extends ProviderModel {
  object?: string;
  /** True for presets. */
  preset?: boolean;
  /** The row, if any; for an arena its description. */
  info?: Partial<ModelInfo> & Pick<ModelInfo, 'meta'>;
  actions: JsonObject[];
  filters: JsonObject[];
  tags: ModelTag[];
}

/** The properties of a model that a completion uses. */
export interface ResolvedModel {
  /** As requested: the id of a preset, an arena, or the provider's model. */
  id: string;
  name: string;
  /** The provider's model that is called: the base of a preset, otherwise the model itself. */
  provider: ProviderModel;
  /** From the row; empty without one. The system prompt is `params.system`. */
  params: JsonObject;
  /** From the row, without its picture; empty without one. */
  meta: JsonObject;
  /** For an arena the selected model: the id of a preset, or of the provider's model. */
  selectedId?: string;
}
