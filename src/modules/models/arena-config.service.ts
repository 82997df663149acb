import { Injectable } from '@nestjs/common';
import { SettingsPage } from '../../platform/settings/settings-page';
import { SettingsStore } from '../../platform/settings/settings-store';
import {
  toArenaConfigResponse,
  toArenaSettings,
  type ArenaConfigRequest,
  type ArenaConfigResponse,
} from './arena-config.dto';
import { ArenaSettings } from './arena.settings';

/** What administrators say about arenas. */
@Injectable()
export class ArenaConfigService extends SettingsPage<ArenaSettings, ArenaConfigResponse, ArenaConfigRequest> {
  protected readonly words = { section: ArenaSettings, show: toArenaConfigResponse, read: toArenaSettings };

  constructor(settings: ArenaSettings, store: SettingsStore) {
    super(settings, store);
  }
}
