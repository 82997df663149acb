import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobsService } from '../../platform/jobs/jobs.service';
import { SpeechCacheService } from './openai/speech-cache.service';
import { ProvidersSettings } from './providers.settings';

const FORGET_SPEECH = { name: 'providers.forget-speech' };
const DAILY = '51 3 * * *';
const DAY = 24 * 60 * 60 * 1000;

/** Deletes sounds that are older than the settings want. */
@Injectable()
export class ForgetSpeechJob implements OnModuleInit {
  constructor(
    private readonly jobs: JobsService,
    private readonly settings: ProvidersSettings,
    private readonly speech: SpeechCacheService,
  ) {}

  onModuleInit(): void {
    this.jobs.handle(FORGET_SPEECH, () => this.run(), DAILY);
  }

  async run(): Promise<void> {
    const { speech_cache_days: days } = this.settings;
    if (days > 0) await this.speech.forgetBefore(Date.now() - days * DAY);
  }
}
