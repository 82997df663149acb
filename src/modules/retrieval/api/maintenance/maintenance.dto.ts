import { IsString } from 'class-validator';

export class DeleteRequest {
  @IsString() collection_name: string;
  @IsString() file_id: string;
}

export class DeleteResponse {
  /** False when the collection has no such file. */
  status: boolean;
}

export class RetrievalStatusResponse {
  status: boolean;
  CHUNK_SIZE: number;
  CHUNK_OVERLAP: number;
  RAG_TEMPLATE: string;
  RAG_EMBEDDING_ENGINE: string;
  RAG_EMBEDDING_MODEL: string;
  RAG_RERANKING_MODEL: string;
  RAG_EMBEDDING_BATCH_SIZE: number;
  ENABLE_ASYNC_EMBEDDING: boolean;
  /** False: there is no embedding engine, and searches are by full text alone. */
  is_embedding_configured: boolean;
  /** `full_text` or `full_text_and_vectors`. */
  search: string;
}
