import { Module } from '@nestjs/common';
import { SettingsModule } from '../../platform/settings/settings.module';
import { AuthModule } from '../auth/auth.module';
import { GroupsModule } from '../groups/groups.module';
import { ModelsModule } from '../models/models.module';
import { UsersModule } from '../users/users.module';
import { CompletionsModule } from '../completions/completions.module';
import { AbsentListsController } from './absent-lists.controller';
import { AppSettings } from './app.settings';
import { BannersController } from './banners.controller';
import { CacheController } from './cache.controller';
import { CacheService } from './cache.service';
import { ChangelogController } from './changelog.controller';
import { ChecklistController } from './checklist.controller';
import { ChecklistService } from './checklist.service';
import { ClientConfigController } from './client-config.controller';
import { ClientConfigService } from './client-config.service';
import { ConfigsController } from './configs.controller';
import { ConfigsService } from './configs.service';
import { FeatureFlagsService } from './feature-flags.service';
import { PwaController } from './pwa.controller';
import { PwaService } from './pwa.service';
import { SignUpNoticeJob } from './sign-up-notice.job';
import { UpdateCheckSettings } from './update-check.settings';
import { UsageController } from './usage.controller';
import { UsageService } from './usage.service';
import { VersionController } from './version.controller';
import { VersionService } from './version.service';
import { WebhookController } from './webhook.controller';

/** What a client reads before anything else: how the installation is called and what it can do. */
@Module({
  imports: [
    SettingsModule.forFeature([AppSettings, UpdateCheckSettings]),
    AuthModule,
    GroupsModule,
    UsersModule,
    CompletionsModule,
    ModelsModule,
  ],
  controllers: [
    AbsentListsController,
    BannersController,
    CacheController,
    ChangelogController,
    ChecklistController,
    ClientConfigController,
    ConfigsController,
    PwaController,
    UsageController,
    VersionController,
    WebhookController,
  ],
  providers: [
    CacheService,
    ChecklistService,
    ClientConfigService,
    ConfigsService,
    FeatureFlagsService,
    PwaService,
    SignUpNoticeJob,
    UsageService,
    VersionService,
  ],
})
export class AppConfigModule {}
