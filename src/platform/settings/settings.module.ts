import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import type { SettingsClass } from './decorators';
import { DocumentSettings } from './document.settings';
import { Setting } from './setting.entity';
import { SettingRepository } from './setting.repository';
import { SettingsDocument } from './settings-document';
import { SettingsStore } from './settings-store';
import { Settings1764000010000 } from './migrations/1764000010000-settings';

/** The live object of a section. */
const live = (type: SettingsClass): Provider => ({
  provide: type,
  inject: [SettingsStore],
  useFactory: (store: SettingsStore) => store.register(type),
});

@Global()
@Module({
  imports: [DatabaseModule.forFeature({ entities: [Setting], migrations: [Settings1764000010000] })],
  providers: [SettingRepository, SettingsStore, SettingsDocument, live(DocumentSettings)],
  exports: [SettingsStore, SettingsDocument],
})
export class SettingsModule {
  /** Provides the live objects of these sections to the importing module, and by re-export to its importers. */
  static forFeature(types: SettingsClass[]): DynamicModule {
    return { module: SettingsFeatureModule, providers: types.map(live), exports: types };
  }
}

@Module({})
class SettingsFeatureModule {}
