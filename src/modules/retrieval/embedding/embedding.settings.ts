import { IsBoolean, IsInt, IsString, Min } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../../platform/settings/decorators';
import { httpUrl } from '../../../platform/settings/env-parsers';

const OPENAI_URL = 'https://api.openai.com/v1';

/** The first of several values separated by `;`. */
const first = (text: string): string | undefined => text.split(';')[0]?.trim() ?? undefined;
const firstUrl = (text: string, name: string, source: Readonly<Record<string, string | undefined>>): unknown =>
  httpUrl(first(text) ?? '', name, source);

/** Which model turns texts into vectors, and how it is reached. URLs are saved as entered (contract). */
@SettingsSection('embedding')
export class EmbeddingSettings {
  /** `openai`, `azure_openai` or `ollama`; `""`: a model of the local directory, and full text alone when it has none. */
  @StoredAt('rag.embedding_engine')
  @Env('RAG_EMBEDDING_ENGINE')
  @IsString()
  embedding_engine = '';

  /** As the engine calls it; with Azure the name of the deployment. */
  @StoredAt('rag.embedding_model')
  @Env('RAG_EMBEDDING_MODEL')
  @IsString()
  embedding_model = 'sentence-transformers/all-MiniLM-L6-v2';

  /** Texts per request. */
  @StoredAt('rag.embedding_batch_size')
  @Env('RAG_EMBEDDING_BATCH_SIZE', 'RAG_EMBEDDING_OPENAI_BATCH_SIZE')
  @IsInt()
  @Min(1)
  embedding_batch_size = 1;

  /** Several requests at once. */
  @StoredAt('rag.enable_async_embedding')
  @Env('ENABLE_ASYNC_EMBEDDING')
  @IsBoolean()
  enable_async_embedding = true;

  /** Base URL of the OpenAI-compatible server, up to and including the version. */
  @StoredAt('rag.openai_api_base_url')
  @EnvAs(firstUrl, 'RAG_OPENAI_API_BASE_URL', 'OPENAI_API_BASE_URL')
  @IsString()
  openai_url = OPENAI_URL;

  /** Key of the OpenAI-compatible server; by default that of the first connection. */
  @Secret({ sentTo: ({ openai_url }: { openai_url: string }) => openai_url })
  @StoredAt('rag.openai_api_key')
  @EnvAs(first, 'RAG_OPENAI_API_KEY', 'OPENAI_API_KEY')
  @IsString()
  openai_key = '';

  /** Base URL of the Ollama server. */
  @StoredAt('rag.ollama.url')
  @EnvAs(firstUrl, 'RAG_OLLAMA_BASE_URL', 'OLLAMA_BASE_URL')
  @IsString()
  ollama_url = 'http://localhost:11434';

  /** Bearer token of the Ollama server; empty for none. */
  @Secret({ sentTo: ({ ollama_url }: { ollama_url: string }) => ollama_url })
  @StoredAt('rag.ollama.key')
  @Env('RAG_OLLAMA_API_KEY')
  @IsString()
  ollama_key = '';

  /** Base URL of the Azure OpenAI resource. */
  @StoredAt('rag.azure_openai.base_url')
  @EnvAs(httpUrl, 'RAG_AZURE_OPENAI_BASE_URL')
  @IsString()
  azure_openai_url = '';

  /** API key of the Azure OpenAI resource. */
  @Secret({ sentTo: ({ azure_openai_url }: { azure_openai_url: string }) => azure_openai_url })
  @StoredAt('rag.azure_openai.api_key')
  @Env('RAG_AZURE_OPENAI_API_KEY')
  @IsString()
  azure_openai_key = '';

  /** `api-version` of the Azure OpenAI resource. */
  @StoredAt('rag.azure_openai.api_version')
  @Env('RAG_AZURE_OPENAI_API_VERSION')
  @IsString()
  azure_openai_version = '';

  /** What models expect before a query. */
  @Env('RAG_EMBEDDING_QUERY_PREFIX') @IsString() query_prefix = '';

  /** Prefix that models expect before indexed text. */
  @Env('RAG_EMBEDDING_CONTENT_PREFIX') @IsString() content_prefix = '';

  /** Field of the request that holds the prefix; empty: the prefix is prepended to each text. */
  @Env('RAG_EMBEDDING_PREFIX_FIELD_NAME') @IsString() prefix_field_name = '';

  /** Directory of local models, one below `<organisation>/<name>`; empty: none. Needs `@huggingface/transformers`. */
  @Env('RAG_EMBEDDING_MODELS_DIR') @IsString() models_dir = '';

  /** Seconds for one request to an embedding or reranking server. */
  @Env('RAG_EMBEDDING_TIMEOUT') @IsInt() @Min(1) timeout = 120;

  /** Days after the last use for which cached vectors are stored. */
  @Env('RAG_EMBEDDING_CACHE_DAYS') @IsInt() @Min(1) cache_days = 7;
}
