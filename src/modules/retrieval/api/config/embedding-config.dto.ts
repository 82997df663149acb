import { IsOptional, IsString } from 'class-validator';
import { IsLaxBoolean, IsLaxInt, Nested } from '../../../../common/validation/fields';

/** A server of embeddings. A masked key keeps the stored one. */
export class EmbeddingServer {
  @IsString() url: string;
  @IsString() key: string;
}

export class AzureEmbeddingServer extends EmbeddingServer {
  /** `api-version` of the requests. */
  @IsString() version: string;
}

export class EmbeddingConfigRequest {
  /** `openai`, `ollama`, `azure_openai`, or empty for a local model. */
  @IsString() RAG_EMBEDDING_ENGINE: string;

  @IsString() RAG_EMBEDDING_MODEL: string;

  /** Texts of one request to the engine. */
  @IsOptional() @IsLaxInt() RAG_EMBEDDING_BATCH_SIZE?: number | null = 1;

  /** Several requests at once. */
  @IsOptional() @IsLaxBoolean() ENABLE_ASYNC_EMBEDDING?: boolean | null = true;

  @IsOptional() @Nested(() => EmbeddingServer) openai_config?: EmbeddingServer | null;
  @IsOptional() @Nested(() => EmbeddingServer) ollama_config?: EmbeddingServer | null;
  @IsOptional() @Nested(() => AzureEmbeddingServer) azure_openai_config?: AzureEmbeddingServer | null;
}

/** Chunks of all documents, and those of them that have a vector of the engine. */
export class EmbeddingProgressResponse {
  chunks: number;
  embedded: number;
}

export class EmbeddingConfigResponse {
  status: boolean;
  RAG_EMBEDDING_ENGINE: string;
  RAG_EMBEDDING_MODEL: string;
  RAG_EMBEDDING_BATCH_SIZE: number;
  ENABLE_ASYNC_EMBEDDING: boolean;
  openai_config: EmbeddingServer;
  ollama_config: EmbeddingServer;
  azure_openai_config: AzureEmbeddingServer;
  progress: EmbeddingProgressResponse;
}
