import { Module } from '@nestjs/common';
import { SettingsModule } from '../../platform/settings/settings.module';
import { SandboxSettings } from './sandbox.settings';
import { SandboxService } from './sandbox.service';

/** Runs Python and JavaScript of users in restricted processes. */
@Module({
  imports: [SettingsModule.forFeature([SandboxSettings])],
  providers: [SandboxService],
  exports: [SandboxService],
})
export class SandboxModule {}
