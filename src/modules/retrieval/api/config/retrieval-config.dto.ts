import { IsArray, IsNumber, IsObject, IsOptional, IsString } from 'class-validator';
import { IsLaxBoolean, IsLaxInt, Nested } from '../../../../common/validation/fields';
import { WebConfigRequest } from './web-config.dto';

/** Absent and null keys are unchanged; null clears a limit. A masked secret keeps the stored one. */
export class RetrievalConfigRequest {
  @IsOptional() @IsString() RAG_TEMPLATE?: string | null;
  @IsOptional() @IsLaxInt() TOP_K?: number | null;
  @IsOptional() @IsLaxBoolean() BYPASS_EMBEDDING_AND_RETRIEVAL?: boolean | null;
  @IsOptional() @IsLaxBoolean() RAG_FULL_CONTEXT?: boolean | null;
  @IsOptional() @IsLaxBoolean() ENABLE_RAG_HYBRID_SEARCH?: boolean | null;
  @IsOptional() @IsLaxBoolean() ENABLE_RAG_HYBRID_SEARCH_ENRICHED_TEXTS?: boolean | null;
  @IsOptional() @IsLaxInt() TOP_K_RERANKER?: number | null;
  @IsOptional() @IsNumber() RELEVANCE_THRESHOLD?: number | null;
  @IsOptional() @IsNumber() HYBRID_BM25_WEIGHT?: number | null;

  /** Empty for the built-in one. */
  @IsOptional() @IsString() CONTENT_EXTRACTION_ENGINE?: string | null;
  @IsOptional() @IsLaxBoolean() PDF_EXTRACT_IMAGES?: boolean | null;
  @IsOptional() @IsString() DATALAB_MARKER_API_KEY?: string | null;
  @IsOptional() @IsString() DATALAB_MARKER_API_BASE_URL?: string | null;

  /** JSON. */
  @IsOptional() @IsString() DATALAB_MARKER_ADDITIONAL_CONFIG?: string | null;
  @IsOptional() @IsLaxBoolean() DATALAB_MARKER_SKIP_CACHE?: boolean | null;
  @IsOptional() @IsLaxBoolean() DATALAB_MARKER_FORCE_OCR?: boolean | null;
  @IsOptional() @IsLaxBoolean() DATALAB_MARKER_PAGINATE?: boolean | null;
  @IsOptional() @IsLaxBoolean() DATALAB_MARKER_STRIP_EXISTING_OCR?: boolean | null;
  @IsOptional() @IsLaxBoolean() DATALAB_MARKER_DISABLE_IMAGE_EXTRACTION?: boolean | null;
  @IsOptional() @IsLaxBoolean() DATALAB_MARKER_FORMAT_LINES?: boolean | null;
  @IsOptional() @IsLaxBoolean() DATALAB_MARKER_USE_LLM?: boolean | null;
  @IsOptional() @IsString() DATALAB_MARKER_OUTPUT_FORMAT?: string | null;
  @IsOptional() @IsString() EXTERNAL_DOCUMENT_LOADER_URL?: string | null;
  @IsOptional() @IsString() EXTERNAL_DOCUMENT_LOADER_API_KEY?: string | null;
  @IsOptional() @IsString() TIKA_SERVER_URL?: string | null;
  @IsOptional() @IsString() DOCLING_SERVER_URL?: string | null;
  @IsOptional() @IsString() DOCLING_API_KEY?: string | null;
  @IsOptional() @IsObject() DOCLING_PARAMS?: Record<string, unknown> | null;
  @IsOptional() @IsString() DOCUMENT_INTELLIGENCE_ENDPOINT?: string | null;
  @IsOptional() @IsString() DOCUMENT_INTELLIGENCE_KEY?: string | null;
  @IsOptional() @IsString() DOCUMENT_INTELLIGENCE_MODEL?: string | null;
  @IsOptional() @IsString() MISTRAL_OCR_API_BASE_URL?: string | null;
  @IsOptional() @IsString() MISTRAL_OCR_API_KEY?: string | null;
  @IsOptional() @IsString() MINERU_API_MODE?: string | null;
  @IsOptional() @IsString() MINERU_API_URL?: string | null;
  @IsOptional() @IsString() MINERU_API_KEY?: string | null;
  @IsOptional() @IsObject() MINERU_PARAMS?: Record<string, unknown> | null;
  @IsOptional() @IsString() RAG_RERANKING_MODEL?: string | null;
  @IsOptional() @IsString() RAG_RERANKING_ENGINE?: string | null;
  @IsOptional() @IsString() RAG_EXTERNAL_RERANKER_URL?: string | null;
  @IsOptional() @IsString() RAG_EXTERNAL_RERANKER_API_KEY?: string | null;

  /** Empty or `character`, `token`, `markdown_header`. */
  @IsOptional() @IsString() TEXT_SPLITTER?: string | null;
  @IsOptional() @IsLaxInt() CHUNK_SIZE?: number | null;
  @IsOptional() @IsLaxInt() CHUNK_OVERLAP?: number | null;

  /** MB; null for no limit. */
  @IsOptional() @IsLaxInt() FILE_MAX_SIZE?: number | null;

  /** Files of one message; null for no limit. */
  @IsOptional() @IsLaxInt() FILE_MAX_COUNT?: number | null;

  /** Pixels; null for no compression. */
  @IsOptional() @IsLaxInt() FILE_IMAGE_COMPRESSION_WIDTH?: number | null;

  /** Pixels; null for no compression. */
  @IsOptional() @IsLaxInt() FILE_IMAGE_COMPRESSION_HEIGHT?: number | null;
  @IsOptional() @IsArray() @IsString({ each: true }) ALLOWED_FILE_EXTENSIONS?: string[] | null;
  @IsOptional() @IsLaxBoolean() ENABLE_GOOGLE_DRIVE_INTEGRATION?: boolean | null;
  @IsOptional() @IsLaxBoolean() ENABLE_ONEDRIVE_INTEGRATION?: boolean | null;

  @IsOptional() @Nested(() => WebConfigRequest) web?: WebConfigRequest | null;
}

/** Every key; secrets are masked. */
export class RetrievalConfigResponse extends RetrievalConfigRequest {
  status: boolean;
}
