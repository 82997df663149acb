import { Module } from '@nestjs/common';
import { SettingsModule } from '../../../platform/settings/settings.module';
import { UsersModule } from '../../users/users.module';
import { SandboxModule } from '../sandbox.module';
import { SourceDownloadsService } from './source-downloads.service';
import { SourceSettings } from './source.settings';
import { SourcesService } from './sources.service';
import { ValvesService } from './valves.service';

/** What tools and functions share: their sources, and valves. */
@Module({
  imports: [SettingsModule.forFeature([SourceSettings]), UsersModule, SandboxModule],
  providers: [SourcesService, SourceDownloadsService, ValvesService],
  exports: [SourcesService, SourceDownloadsService, ValvesService],
})
export class SourcesModule {}
