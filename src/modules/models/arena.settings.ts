import { IsArray, IsBoolean, ValidateBy } from 'class-validator';
import { asString, isJsonObject, type JsonObject } from '../../common/util/json';
import { Env, SettingsSection, StoredAt } from '../../platform/settings/decorators';

const isArena = (value: unknown): boolean => isJsonObject(value) && Boolean(asString(value.id) && asString(value.name));

const IsArena = (): PropertyDecorator =>
  ValidateBy(
    { name: 'isArena', validator: { validate: isArena, defaultMessage: () => 'each arena needs an id and a name' } },
    { each: true },
  );

/** Arenas: models that answer each time with another one, for people to judge them without knowing which it was. */
@SettingsSection('evaluation')
export class ArenaSettings {
  /** Arenas are in the list of models. */
  @StoredAt('evaluation.arena.enable')
  @Env('ENABLE_EVALUATION_ARENA_MODELS')
  @IsBoolean()
  enable = true;

  /** `{id, name, meta}` each; without any there is one of all models, for administrators. */
  @StoredAt('evaluation.arena.models')
  @IsArray()
  @IsArena()
  models: JsonObject[] = [];
}
