import { Injectable } from '@nestjs/common';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { ArenaSettings } from '../arena/arena.settings';
import { ModelsSettings } from '../models.settings';
import {
  fromArenaConfig,
  fromModelsConfig,
  toArenaConfig,
  toModelsConfig,
  type ArenaConfigRequest,
  type ArenaConfigResponse,
  type ModelsConfig,
} from './models-config.dto';

/** Settings of models and arenas for administrators. Changes take effect at once, on every node. */
@Injectable()
export class ModelsConfigService {
  constructor(
    private readonly models: ModelsSettings,
    private readonly arenas: ArenaSettings,
    private readonly store: SettingsStore,
  ) {}

  getModels(): ModelsConfig {
    return toModelsConfig(this.models);
  }

  async updateModels(config: ModelsConfig): Promise<ModelsConfig> {
    await this.store.save(ModelsSettings, fromModelsConfig(config));
    return this.getModels();
  }

  getArenas(): ArenaConfigResponse {
    return toArenaConfig(this.arenas);
  }

  async updateArenas(request: ArenaConfigRequest): Promise<ArenaConfigResponse> {
    await this.store.save(ArenaSettings, fromArenaConfig(request));
    return this.getArenas();
  }
}
