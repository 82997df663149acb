import type { SettingsClass } from '../../../../platform/settings/decorators';
import { FilesSettings } from '../../../files/files.settings';
import { DrivesSettings } from '../../../files/drives.settings';
import { DatalabMarkerSettings, ExtractionSettings } from '../../extraction/extraction.settings';
import { SearchSettings } from '../../search/search.settings';
import { SplittingSettings } from '../../splitting/splitting.settings';
import { WebLoaderSettings } from '../../web/web-loader.settings';
import { WebSearchSettings } from '../../web/web-search.settings';

/** The fields of one section that a page shows, by their names on the wire. */
export interface FormPart {
  section: SettingsClass;
  /** Wire name and field. */
  fields: readonly (readonly [key: string, field: string])[];
}

/** `same`: keys that are the name of their field in upper case; `renamed`: the others. */
function part<S extends object>(
  section: SettingsClass<S>,
  same: readonly Uppercase<keyof S & string>[],
  renamed: Readonly<Record<string, keyof S & string>> = {},
): FormPart {
  return { section, fields: [...same.map((key) => [key, key.toLowerCase()] as const), ...Object.entries(renamed)] };
}

export const RETRIEVAL_FORM: readonly FormPart[] = [
  part(SearchSettings, ['RAG_TEMPLATE', 'TOP_K', 'BYPASS_EMBEDDING_AND_RETRIEVAL', 'TOP_K_RERANKER'], {
    RAG_FULL_CONTEXT: 'full_context',
    ENABLE_RAG_HYBRID_SEARCH: 'enable_hybrid_search',
    ENABLE_RAG_HYBRID_SEARCH_ENRICHED_TEXTS: 'enable_hybrid_search_enriched_texts',
    RELEVANCE_THRESHOLD: 'relevance_threshold',
    HYBRID_BM25_WEIGHT: 'hybrid_bm25_weight',
    RAG_RERANKING_MODEL: 'reranking_model',
    RAG_RERANKING_ENGINE: 'reranking_engine',
    RAG_EXTERNAL_RERANKER_URL: 'external_reranker_url',
    RAG_EXTERNAL_RERANKER_API_KEY: 'external_reranker_api_key',
  }),
  part(ExtractionSettings, [
    ...(['CONTENT_EXTRACTION_ENGINE', 'PDF_EXTRACT_IMAGES'] as const),
    ...(['EXTERNAL_DOCUMENT_LOADER_URL', 'EXTERNAL_DOCUMENT_LOADER_API_KEY', 'TIKA_SERVER_URL'] as const),
    ...(['DOCLING_SERVER_URL', 'DOCLING_API_KEY', 'DOCLING_PARAMS'] as const),
    ...(['DOCUMENT_INTELLIGENCE_ENDPOINT', 'DOCUMENT_INTELLIGENCE_KEY', 'DOCUMENT_INTELLIGENCE_MODEL'] as const),
    ...(['MISTRAL_OCR_API_BASE_URL', 'MISTRAL_OCR_API_KEY'] as const),
    ...(['MINERU_API_MODE', 'MINERU_API_URL', 'MINERU_API_KEY', 'MINERU_PARAMS'] as const),
  ]),
  part(DatalabMarkerSettings, [
    ...(['DATALAB_MARKER_API_KEY', 'DATALAB_MARKER_API_BASE_URL', 'DATALAB_MARKER_ADDITIONAL_CONFIG'] as const),
    ...(['DATALAB_MARKER_SKIP_CACHE', 'DATALAB_MARKER_FORCE_OCR', 'DATALAB_MARKER_PAGINATE'] as const),
    ...(['DATALAB_MARKER_STRIP_EXISTING_OCR', 'DATALAB_MARKER_DISABLE_IMAGE_EXTRACTION'] as const),
    ...(['DATALAB_MARKER_FORMAT_LINES', 'DATALAB_MARKER_USE_LLM', 'DATALAB_MARKER_OUTPUT_FORMAT'] as const),
  ]),
  part(SplittingSettings, ['TEXT_SPLITTER', 'CHUNK_SIZE', 'CHUNK_OVERLAP']),
  part(FilesSettings, [
    ...(['FILE_MAX_SIZE', 'FILE_MAX_COUNT', 'ALLOWED_FILE_EXTENSIONS'] as const),
    ...(['FILE_IMAGE_COMPRESSION_WIDTH', 'FILE_IMAGE_COMPRESSION_HEIGHT'] as const),
  ]),
  part(DrivesSettings, ['ENABLE_GOOGLE_DRIVE_INTEGRATION', 'ENABLE_ONEDRIVE_INTEGRATION']),
];

export const WEB_FORM: readonly FormPart[] = [
  part(WebSearchSettings, [
    ...(['ENABLE_WEB_SEARCH', 'WEB_SEARCH_ENGINE', 'WEB_SEARCH_TRUST_ENV', 'WEB_SEARCH_RESULT_COUNT'] as const),
    ...(['WEB_SEARCH_CONCURRENT_REQUESTS', 'WEB_SEARCH_DOMAIN_FILTER_LIST'] as const),
    ...(['BYPASS_WEB_SEARCH_EMBEDDING_AND_RETRIEVAL', 'BYPASS_WEB_SEARCH_WEB_LOADER'] as const),
    ...(['OLLAMA_CLOUD_WEB_SEARCH_API_KEY', 'SEARXNG_QUERY_URL'] as const),
    ...(['YACY_QUERY_URL', 'YACY_USERNAME', 'YACY_PASSWORD'] as const),
    ...(['GOOGLE_PSE_API_KEY', 'GOOGLE_PSE_ENGINE_ID', 'BRAVE_SEARCH_API_KEY', 'KAGI_SEARCH_API_KEY'] as const),
    ...(['MOJEEK_SEARCH_API_KEY', 'BOCHA_SEARCH_API_KEY', 'SERPSTACK_API_KEY', 'SERPSTACK_HTTPS'] as const),
    ...(['SERPER_API_KEY', 'SERPLY_API_KEY', 'TAVILY_API_KEY', 'SEARCHAPI_API_KEY', 'SEARCHAPI_ENGINE'] as const),
    ...(['SERPAPI_API_KEY', 'SERPAPI_ENGINE', 'JINA_API_KEY'] as const),
    ...(['BING_SEARCH_V7_ENDPOINT', 'BING_SEARCH_V7_SUBSCRIPTION_KEY', 'EXA_API_KEY'] as const),
    ...(['PERPLEXITY_API_KEY', 'PERPLEXITY_MODEL', 'PERPLEXITY_SEARCH_CONTEXT_USAGE'] as const),
    ...(['PERPLEXITY_SEARCH_API_URL', 'SOUGOU_API_SID', 'SOUGOU_API_SK'] as const),
    ...(['EXTERNAL_WEB_SEARCH_URL', 'EXTERNAL_WEB_SEARCH_API_KEY'] as const),
  ]),
  part(WebLoaderSettings, [
    ...(['WEB_LOADER_CONCURRENT_REQUESTS', 'WEB_LOADER_ENGINE', 'ENABLE_WEB_LOADER_SSL_VERIFICATION'] as const),
    ...(['PLAYWRIGHT_WS_URL', 'PLAYWRIGHT_TIMEOUT', 'FIRECRAWL_API_KEY', 'FIRECRAWL_API_BASE_URL'] as const),
    ...(['TAVILY_EXTRACT_DEPTH', 'EXTERNAL_WEB_LOADER_URL', 'EXTERNAL_WEB_LOADER_API_KEY'] as const),
    ...(['YOUTUBE_LOADER_LANGUAGE', 'YOUTUBE_LOADER_PROXY_URL', 'YOUTUBE_LOADER_TRANSLATION'] as const),
  ]),
];
