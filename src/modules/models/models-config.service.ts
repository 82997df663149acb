import { Injectable } from '@nestjs/common';
import { SettingsStore } from '../../platform/settings/settings-store';
import { fromModelsConfig, toModelsConfig, type ModelsConfig } from './models-config.dto';
import { ModelsSettings } from './models.settings';

/** The part of the model settings that administrators edit. */
@Injectable()
export class ModelsConfigService {
  constructor(
    private readonly settings: ModelsSettings,
    private readonly store: SettingsStore,
  ) {}

  get(): ModelsConfig {
    return toModelsConfig(this.settings);
  }

  async update(config: ModelsConfig): Promise<ModelsConfig> {
    await this.store.save(ModelsSettings, fromModelsConfig(config));
    return this.get();
  }
}
