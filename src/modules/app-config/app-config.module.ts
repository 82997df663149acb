import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { SettingsModule } from '../../platform/settings/settings.module';
import { AuthModule } from '../auth/auth.module';
import { GroupsModule } from '../groups/groups.module';
import { ModelsModule } from '../models/models.module';
import { UsersModule } from '../users/users.module';
import { CompletionsModule } from '../completions/completions.module';
import { AbsentListsController } from './absent-lists.controller';
import { AdminConfigController } from './admin/admin-config.controller';
import { AdminConfigService } from './admin/admin-config.service';
import { InterfaceSettings } from './interface.settings';
import { InterfaceSettings1764020100000 } from './migrations/1764020100000-interface-settings';
import { ServerController } from './server/server.controller';
import { AppSettings } from './app.settings';
import { CacheController } from './server/cache.controller';
import { CacheService } from './server/cache.service';
import { ChecklistService } from './admin/checklist.service';
import { ClientConfigController } from './client/client-config.controller';
import { ClientConfigService } from './client/client-config.service';
import { ConfigsController } from './admin/configs.controller';
import { ConfigsService } from './admin/configs.service';
import { FeatureFlagsService } from './client/feature-flags.service';
import { PwaService } from './client/pwa.service';
import { SignUpNoticeJob } from './admin/sign-up-notice.job';
import { UpdateCheckSettings } from './server/update-check.settings';
import { RunningModelsService } from './server/running-models.service';
import { VersionService } from './server/version.service';

/** The configuration of the installation, for clients and administrators. */
@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [], migrations: [InterfaceSettings1764020100000] }),
    SettingsModule.forFeature([AppSettings, InterfaceSettings, UpdateCheckSettings]),
    AuthModule,
    GroupsModule,
    UsersModule,
    CompletionsModule,
    ModelsModule,
  ],
  controllers: [
    AbsentListsController,
    AdminConfigController,
    CacheController,
    ClientConfigController,
    ConfigsController,
    ServerController,
  ],
  providers: [
    AdminConfigService,
    CacheService,
    ChecklistService,
    ClientConfigService,
    ConfigsService,
    FeatureFlagsService,
    PwaService,
    SignUpNoticeJob,
    RunningModelsService,
    VersionService,
  ],
})
export class AppConfigModule {}
