import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../../platform/database/database.module';
import { SettingsModule } from '../../../platform/settings/settings.module';
import { EmbeddingModule } from '../embedding/embedding.module';
import { Chunk, ChunkTerms, ChunkVector } from './chunk.entity';
import { ChunksRepository } from './chunks.repository';
import { DocumentCleanupJob } from './document-cleanup.job';
import { DocumentIndexService } from './document-index.service';
import { DocumentsRepository } from './documents.repository';
import { IndexSettings } from './index.settings';
import { EmbedDocumentsJob } from './reembedding/embed-documents.job';
import { EmbeddingProgressService } from './reembedding/embedding-progress.service';
import { UnembeddedRepository } from './reembedding/unembedded.repository';
import { SourceDocument } from './source-document.entity';
import { LanguageService } from './text/language.service';
import { EmbeddedVectorDriver } from './vectors/embedded-vector.driver';
import { PgvectorRepository } from './vectors/pgvector.repository';
import { PgvectorDriver } from './vectors/pgvector.driver';
import { VectorStoreService } from './vectors/vector-store.service';
import { VectorsRepository } from './vectors/vectors.repository';
import { Documents1764031100000 } from './migrations/1764031100000-documents';

/** Documents as chunks, with the terms and vectors by which they are found. */
@Module({
  imports: [
    DatabaseModule.forFeature({
      entities: [SourceDocument, Chunk, ChunkTerms, ChunkVector],
      migrations: [Documents1764031100000],
    }),
    EmbeddingModule,
    SettingsModule.forFeature([IndexSettings]),
  ],
  providers: [
    DocumentsRepository,
    ChunksRepository,
    DocumentIndexService,
    LanguageService,
    DocumentCleanupJob,
    VectorsRepository,
    VectorStoreService,
    EmbeddedVectorDriver,
    PgvectorDriver,
    PgvectorRepository,
    UnembeddedRepository,
    EmbedDocumentsJob,
    EmbeddingProgressService,
  ],
  exports: [EmbeddingModule, DocumentIndexService, LanguageService, VectorStoreService, EmbeddingProgressService],
})
export class IndexModule {}
