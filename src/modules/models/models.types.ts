import type { JsonObject } from '../../common/util/json';
import type { AccessControl } from '../access/access-control.dto';
import type { ModelTag, ProviderModel } from '../providers/chat-provider';
import type { Model } from './model.entity';

/** A row as lists need it: without what may be large or is not for everybody. */
export type ModelOverview = Omit<Model, 'params' | 'profileImageUrl'>;

/** A preset, its owner, and the provider's model that runs it. */
export interface PresetBase {
  id: string;
  ownerId: string;
  baseId: string;
}

/** Which presets of a list, in which order. */
export interface PresetFilter {
  /** Part of the name or of the base's id. */
  text?: string;
  /** Name of a tag, in any case. */
  tag?: string;
  /** Only those of the caller, or only those of others. */
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

/** A model as clients get it: a provider's model with the row laid over it, an arena, or a preset. */
export interface ModelEntry extends ProviderModel {
  object?: string;
  /** True for presets. */
  preset?: boolean;
  /** The row, if there is one; of an arena what is said of it. */
  info?: Partial<ModelInfo> & Pick<ModelInfo, 'meta'>;
  actions: JsonObject[];
  filters: JsonObject[];
  tags: ModelTag[];
}

/** What a completion needs of a model. */
export interface ResolvedModel {
  /** As it was asked for: the id of a preset, an arena, or the provider's model. */
  id: string;
  name: string;
  /** The provider's model that runs it: the base of a preset, else the model itself. */
  provider: ProviderModel;
  /** Of the row; empty without one. The system prompt is `params.system`. */
  params: JsonObject;
  /** Of the row, without its picture; empty without one. */
  meta: JsonObject;
  /** Of an arena the model that was drawn: the id of a preset, or of the provider's model. */
  drawnId?: string;
}
