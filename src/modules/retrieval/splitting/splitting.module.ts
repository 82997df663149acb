import { Module } from '@nestjs/common';
import { SettingsModule } from '../../../platform/settings/settings.module';
import { WorkersModule } from '../../../platform/workers/workers.module';
import { SplittingService } from './splitting.service';
import { SplittingSettings } from './splitting.settings';

const settings = SettingsModule.forFeature([SplittingSettings]);

/** Splits texts into chunks. */
@Module({
  imports: [settings, WorkersModule],
  providers: [SplittingService],
  exports: [settings, SplittingService],
})
export class SplittingModule {}
