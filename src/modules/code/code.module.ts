import { Module } from '@nestjs/common';
import { SettingsModule } from '../../platform/settings/settings.module';
import { WorkersModule } from '../../platform/workers/workers.module';
import { AuthModule } from '../auth/auth.module';
import { SandboxModule } from '../sandbox/sandbox.module';
import { CodeConfigService } from './code-config.service';
import { CodeFormatService } from './code-format.service';
import { CodeController } from './code.controller';
import { CodeService } from './code.service';
import { CodeExecutionSettings, CodeInterpreterSettings } from './code.settings';
import { JupyterService } from './jupyter/jupyter.service';

const settings = SettingsModule.forFeature([CodeExecutionSettings, CodeInterpreterSettings]);

@Module({
  imports: [settings, AuthModule, SandboxModule, WorkersModule],
  controllers: [CodeController],
  providers: [CodeService, CodeFormatService, CodeConfigService, JupyterService],
  exports: [CodeService, settings],
})
export class CodeModule {}
