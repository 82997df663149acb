import { IsBoolean, IsInt, Min } from 'class-validator';
import { Env, FeatureSwitch, SettingsSection, StoredAt } from '../../platform/settings/decorators';

@SettingsSection('memories')
export class MemoriesSettings {
  /** Users may store memories, and models are told those that fit the question. */
  @FeatureSwitch('memories')
  @StoredAt('memories.enable')
  @Env('ENABLE_MEMORIES')
  @IsBoolean()
  enable = true;

  /** Seconds that a request waits for the vector of a text. After that full text finds memories, and a job embeds them. */
  @Env('MEMORY_EMBEDDING_TIMEOUT') @IsInt() @Min(1) embedding_timeout = 5;
}
