import { Module } from '@nestjs/common';
import { SettingsModule } from '../../../platform/settings/settings.module';
import { HttpClientModule } from '../../../platform/http-client/http-client.module';
import { WorkersModule } from '../../../platform/workers/workers.module';
import { CloudEnginesService } from './engines/cloud-engines.service';
import { EngineRequestsService } from './engines/engine-requests.service';
import { EnginesService } from './engines/engines.service';
import { MarkerEngineService } from './engines/marker-engine.service';
import { MineruEngineService } from './engines/mineru-engine.service';
import { ServerEnginesService } from './engines/server-engines.service';
import { ExtractionService } from './extraction.service';
import { DatalabMarkerSettings, ExtractionSettings } from './extraction.settings';

const settings = SettingsModule.forFeature([ExtractionSettings, DatalabMarkerSettings]);

/** Turns files of all types into text. */
@Module({
  imports: [settings, HttpClientModule, WorkersModule],
  providers: [
    ExtractionService,
    EnginesService,
    EngineRequestsService,
    ServerEnginesService,
    CloudEnginesService,
    MarkerEngineService,
    MineruEngineService,
  ],
  exports: [settings, ExtractionService],
})
export class ExtractionModule {}
