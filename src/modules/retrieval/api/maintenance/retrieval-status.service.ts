import { Injectable } from '@nestjs/common';
import { EmbeddingService } from '../../embedding/embedding.service';
import { EmbeddingSettings } from '../../embedding/embedding.settings';
import { SearchSettings } from '../../search/search.settings';
import { SplittingSettings } from '../../splitting/splitting.settings';
import type { RetrievalStatusResponse } from './maintenance.dto';

/** What users may know of the settings, and whether searches use vectors. */
@Injectable()
export class RetrievalStatusService {
  constructor(
    private readonly embedding: EmbeddingService,
    private readonly embeddingSettings: EmbeddingSettings,
    private readonly searchSettings: SearchSettings,
    private readonly splittingSettings: SplittingSettings,
  ) {}

  get(): RetrievalStatusResponse {
    const isConfigured = this.embedding.space() !== null;
    return {
      status: true,
      CHUNK_SIZE: this.splittingSettings.chunk_size,
      CHUNK_OVERLAP: this.splittingSettings.chunk_overlap,
      RAG_TEMPLATE: this.searchSettings.rag_template,
      RAG_EMBEDDING_ENGINE: this.embeddingSettings.embedding_engine,
      RAG_EMBEDDING_MODEL: this.embeddingSettings.embedding_model,
      RAG_RERANKING_MODEL: this.searchSettings.reranking_model,
      RAG_EMBEDDING_BATCH_SIZE: this.embeddingSettings.embedding_batch_size,
      ENABLE_ASYNC_EMBEDDING: this.embeddingSettings.enable_async_embedding,
      is_embedding_configured: isConfigured,
      search: isConfigured ? 'full_text_and_vectors' : 'full_text',
    };
  }
}
