import { Injectable } from '@nestjs/common';
import { SettingsPage } from '../../platform/settings/settings-page';
import { SettingsStore } from '../../platform/settings/settings-store';
import { fromModelsConfig, toModelsConfig, type ModelsConfig } from './models-config.dto';
import { ModelsSettings } from './models.settings';

/** The part of the model settings that administrators edit. */
@Injectable()
export class ModelsConfigService extends SettingsPage<ModelsSettings, ModelsConfig> {
  protected readonly words = { section: ModelsSettings, show: toModelsConfig, read: fromModelsConfig };

  constructor(settings: ModelsSettings, store: SettingsStore) {
    super(settings, store);
  }
}
