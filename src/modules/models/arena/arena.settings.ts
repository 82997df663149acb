import { IsArray, IsBoolean, ValidateBy } from 'class-validator';
import { asString, isJsonObject, type JsonObject } from '../../../common/util/json';
import { Env, SettingsSection, StoredAt } from '../../../platform/settings/decorators';

const isArena = (value: unknown): boolean => isJsonObject(value) && Boolean(asString(value.id) && asString(value.name));

const IsArena = (): PropertyDecorator =>
  ValidateBy(
    { name: 'isArena', validator: { validate: isArena, defaultMessage: () => 'each arena needs an id and a name' } },
    { each: true },
  );

/** Arenas: models that reply with a randomly selected one, so that users rate replies without knowing the model. */
@SettingsSection('evaluation')
export class ArenaSettings {
  /** Include arenas in the list of models. */
  @StoredAt('evaluation.arena.enable')
  @Env('ENABLE_EVALUATION_ARENA_MODELS')
  @IsBoolean()
  enable = true;

  /** `{id, name, meta}` each; if empty, there is one arena of all models, for administrators. */
  @StoredAt('evaluation.arena.models')
  @IsArray()
  @IsArena()
  models: JsonObject[] = [];
}
