import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '../../../../platform/events/event-bus';
import { JobsService } from '../../../../platform/jobs/jobs.service';
import { SettingsChanged } from '../../../../platform/settings/settings-changed.event';
import { EmbeddingService } from '../../embedding/embedding.service';
import { EmbeddingSettings } from '../../embedding/embedding.settings';
import { EmbedDocuments } from './embed-documents.job';
import { NO_SPACE, UnembeddedRepository } from './unembedded.repository';

/** How far the chunks of all documents have vectors of the configured engine. */
export interface EmbeddingProgress {
  /** False: there is full text alone. */
  isEngineConfigured: boolean;
  chunks: number;
  embedded: number;
}

/** Has documents embedded that were written without an engine, or with another one. */
@Injectable()
export class EmbeddingProgressService implements OnApplicationBootstrap {
  private readonly logger = new Logger(EmbeddingProgressService.name);

  constructor(
    private readonly embedding: EmbeddingService,
    private readonly documents: UnembeddedRepository,
    private readonly jobs: JobsService,
  ) {}

  async get(): Promise<EmbeddingProgress> {
    const { total, done } = await this.documents.progress(await this.spaceId());
    return { isEngineConfigured: this.embedding.space() !== null, chunks: total, embedded: done };
  }

  /** Enqueues the job if a document needs it. */
  async start(): Promise<void> {
    if (this.embedding.space() === null) return;
    if (await this.documents.any(await this.spaceId())) await this.jobs.enqueue(EmbedDocuments, {});
  }

  /** Embeds everything anew: for a model that changed behind its name. */
  async restart(): Promise<void> {
    await this.embedding.forget();
    await this.start();
  }

  @OnEvent(SettingsChanged)
  async startAfter({ section }: SettingsChanged): Promise<void> {
    if (section === EmbeddingSettings) await this.start();
  }

  /** The environment may name another engine than before. Not awaited: the server does not wait for the queue. */
  onApplicationBootstrap(): void {
    this.start().catch((error: unknown) => this.logger.error({ err: error }, 'Documents could not be embedded'));
  }

  private async spaceId(): Promise<number> {
    return (await this.embedding.findSpace())?.id ?? NO_SPACE;
  }
}
