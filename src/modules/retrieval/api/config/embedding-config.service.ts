import { Injectable } from '@nestjs/common';
import { SettingsStore } from '../../../../platform/settings/settings-store';
import { EmbeddingSettings } from '../../embedding/embedding.settings';
import { EmbeddingProgressService } from '../../index/reembedding/embedding-progress.service';
import type { EmbeddingConfigRequest, EmbeddingConfigResponse } from './embedding-config.dto';

/** Engines whose page also sends the addresses of servers. */
const SERVER_ENGINES = new Set(['openai', 'ollama', 'azure_openai']);

/** The page of the embedding engine. A change of the engine or the model re-embeds in the background what is indexed. */
@Injectable()
export class EmbeddingConfigService {
  constructor(
    private readonly store: SettingsStore,
    private readonly progress: EmbeddingProgressService,
  ) {}

  async get(): Promise<EmbeddingConfigResponse> {
    const shown = this.store.shown(EmbeddingSettings);
    const { chunks, embedded } = await this.progress.get();
    return {
      status: true,
      RAG_EMBEDDING_ENGINE: shown.embedding_engine,
      RAG_EMBEDDING_MODEL: shown.embedding_model,
      RAG_EMBEDDING_BATCH_SIZE: shown.embedding_batch_size,
      ENABLE_ASYNC_EMBEDDING: shown.enable_async_embedding,
      openai_config: { url: shown.openai_url, key: shown.openai_key },
      ollama_config: { url: shown.ollama_url, key: shown.ollama_key },
      azure_openai_config: {
        ...{ url: shown.azure_openai_url, key: shown.azure_openai_key },
        version: shown.azure_openai_version,
      },
      progress: { chunks, embedded },
    };
  }

  async update(sent: EmbeddingConfigRequest): Promise<EmbeddingConfigResponse> {
    await this.store.saveForm(EmbeddingSettings, {
      embedding_engine: sent.RAG_EMBEDDING_ENGINE,
      embedding_model: sent.RAG_EMBEDDING_MODEL,
      embedding_batch_size: sent.RAG_EMBEDDING_BATCH_SIZE ?? 1,
      enable_async_embedding: sent.ENABLE_ASYNC_EMBEDDING ?? true,
      ...(SERVER_ENGINES.has(sent.RAG_EMBEDDING_ENGINE) && serversOf(sent)),
    });
    return this.get();
  }
}

/** Every server that is sent, whichever engine is chosen (contract). */
const serversOf = ({ openai_config, ollama_config, azure_openai_config }: EmbeddingConfigRequest) => ({
  ...(openai_config && { openai_url: openai_config.url, openai_key: openai_config.key }),
  ...(ollama_config && { ollama_url: ollama_config.url, ollama_key: ollama_config.key }),
  ...(azure_openai_config && {
    azure_openai_url: azure_openai_config.url,
    azure_openai_key: azure_openai_config.key,
    azure_openai_version: azure_openai_config.version,
  }),
});
