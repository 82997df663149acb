import { IsIn } from 'class-validator';
import { Env, SettingsSection, StoredAt } from '../../../../platform/settings/decorators';

export type SearchModelMode = 'auto' | 'always' | 'never';

/** The model that answers with passages of documents, without a provider. */
@SettingsSection('builtin_search')
export class BuiltinSearchSettings {
  /** `auto`: offered while no provider offers a model; `always`; `never`. */
  @StoredAt('rag.builtin_search_model')
  @Env('BUILTIN_SEARCH_MODEL')
  @IsIn(['auto', 'always', 'never'])
  mode: SearchModelMode = 'auto';
}
