import { Injectable } from '@nestjs/common';
import { nowSeconds } from '../../../../common/util/time';
import { JobHandler } from '../../../../platform/jobs/job-kind';
import { SpeechCacheService } from './speech-cache.service';
import { ProvidersSettings } from '../../providers.settings';

const SPEECH_CACHE_CLEANUP = { name: 'providers.forget-speech', schedule: '51 3 * * *' };
/** Seconds. */
const DAY = 24 * 60 * 60;

/** Deletes cached speech older than `speech_cache_days`. */
@Injectable()
export class SpeechCacheCleanupJob {
  constructor(
    private readonly settings: ProvidersSettings,
    private readonly speech: SpeechCacheService,
  ) {}

  @JobHandler(SPEECH_CACHE_CLEANUP)
  async run(): Promise<void> {
    const { speech_cache_days: days } = this.settings;
    if (days > 0) await this.speech.removeBefore(nowSeconds() - days * DAY);
  }
}
