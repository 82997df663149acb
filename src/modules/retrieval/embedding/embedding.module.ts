import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../../platform/database/database.module';
import { SettingsModule } from '../../../platform/settings/settings.module';
import { EmbeddingCacheCleanupJob } from './embedding-cache-cleanup.job';
import { EmbeddingCacheEntry } from './embedding-cache.entity';
import { EmbeddingSpace } from './embedding-space.entity';
import { EmbeddingService } from './embedding.service';
import { EmbeddingSettings } from './embedding.settings';
import { EmbeddingsRepository } from './embeddings.repository';
import { LocalModelService } from './local-model.service';
import { ModelServerService } from './model-server.service';
import { Embeddings1764031000000 } from './migrations/1764031000000-embeddings';

const settings = SettingsModule.forFeature([EmbeddingSettings]);

/** Vectors of texts, by models elsewhere or here. */
@Module({
  imports: [
    DatabaseModule.forFeature({
      entities: [EmbeddingSpace, EmbeddingCacheEntry],
      migrations: [Embeddings1764031000000],
    }),
    settings,
  ],
  providers: [EmbeddingsRepository, EmbeddingService, ModelServerService, LocalModelService, EmbeddingCacheCleanupJob],
  exports: [settings, EmbeddingService, ModelServerService],
})
export class EmbeddingModule {}
