import { IsArray, IsOptional, IsString } from 'class-validator';
import { IsLaxBoolean, IsLaxInt } from '../../../../common/validation/fields';

/** Web search and the loading of pages. Absent keys are unchanged; null empties a text or a list. */
export class WebConfigRequest {
  @IsOptional() @IsLaxBoolean() ENABLE_WEB_SEARCH?: boolean | null;
  @IsOptional() @IsString() WEB_SEARCH_ENGINE?: string | null;
  @IsOptional() @IsLaxBoolean() WEB_SEARCH_TRUST_ENV?: boolean | null;
  @IsOptional() @IsLaxInt() WEB_SEARCH_RESULT_COUNT?: number | null;
  @IsOptional() @IsLaxInt() WEB_SEARCH_CONCURRENT_REQUESTS?: number | null;
  @IsOptional() @IsLaxInt() WEB_LOADER_CONCURRENT_REQUESTS?: number | null;

  /** Hosts and addresses, also of sub-domains; `!` before one excludes it. */
  @IsOptional() @IsArray() @IsString({ each: true }) WEB_SEARCH_DOMAIN_FILTER_LIST?: string[] | null;
  @IsOptional() @IsLaxBoolean() BYPASS_WEB_SEARCH_EMBEDDING_AND_RETRIEVAL?: boolean | null;
  @IsOptional() @IsLaxBoolean() BYPASS_WEB_SEARCH_WEB_LOADER?: boolean | null;
  @IsOptional() @IsString() OLLAMA_CLOUD_WEB_SEARCH_API_KEY?: string | null;
  @IsOptional() @IsString() SEARXNG_QUERY_URL?: string | null;
  @IsOptional() @IsString() YACY_QUERY_URL?: string | null;
  @IsOptional() @IsString() YACY_USERNAME?: string | null;
  @IsOptional() @IsString() YACY_PASSWORD?: string | null;
  @IsOptional() @IsString() GOOGLE_PSE_API_KEY?: string | null;
  @IsOptional() @IsString() GOOGLE_PSE_ENGINE_ID?: string | null;
  @IsOptional() @IsString() BRAVE_SEARCH_API_KEY?: string | null;
  @IsOptional() @IsString() KAGI_SEARCH_API_KEY?: string | null;
  @IsOptional() @IsString() MOJEEK_SEARCH_API_KEY?: string | null;
  @IsOptional() @IsString() BOCHA_SEARCH_API_KEY?: string | null;
  @IsOptional() @IsString() SERPSTACK_API_KEY?: string | null;
  @IsOptional() @IsLaxBoolean() SERPSTACK_HTTPS?: boolean | null;
  @IsOptional() @IsString() SERPER_API_KEY?: string | null;
  @IsOptional() @IsString() SERPLY_API_KEY?: string | null;
  @IsOptional() @IsString() TAVILY_API_KEY?: string | null;
  @IsOptional() @IsString() SEARCHAPI_API_KEY?: string | null;
  @IsOptional() @IsString() SEARCHAPI_ENGINE?: string | null;
  @IsOptional() @IsString() SERPAPI_API_KEY?: string | null;
  @IsOptional() @IsString() SERPAPI_ENGINE?: string | null;
  @IsOptional() @IsString() JINA_API_KEY?: string | null;
  @IsOptional() @IsString() BING_SEARCH_V7_ENDPOINT?: string | null;
  @IsOptional() @IsString() BING_SEARCH_V7_SUBSCRIPTION_KEY?: string | null;
  @IsOptional() @IsString() EXA_API_KEY?: string | null;
  @IsOptional() @IsString() PERPLEXITY_API_KEY?: string | null;
  @IsOptional() @IsString() PERPLEXITY_MODEL?: string | null;
  @IsOptional() @IsString() PERPLEXITY_SEARCH_CONTEXT_USAGE?: string | null;
  @IsOptional() @IsString() PERPLEXITY_SEARCH_API_URL?: string | null;
  @IsOptional() @IsString() SOUGOU_API_SID?: string | null;
  @IsOptional() @IsString() SOUGOU_API_SK?: string | null;
  @IsOptional() @IsString() WEB_LOADER_ENGINE?: string | null;
  @IsOptional() @IsLaxBoolean() ENABLE_WEB_LOADER_SSL_VERIFICATION?: boolean | null;
  @IsOptional() @IsString() PLAYWRIGHT_WS_URL?: string | null;

  /** Milliseconds. */
  @IsOptional() @IsLaxInt() PLAYWRIGHT_TIMEOUT?: number | null;
  @IsOptional() @IsString() FIRECRAWL_API_KEY?: string | null;
  @IsOptional() @IsString() FIRECRAWL_API_BASE_URL?: string | null;
  @IsOptional() @IsString() TAVILY_EXTRACT_DEPTH?: string | null;
  @IsOptional() @IsString() EXTERNAL_WEB_SEARCH_URL?: string | null;
  @IsOptional() @IsString() EXTERNAL_WEB_SEARCH_API_KEY?: string | null;
  @IsOptional() @IsString() EXTERNAL_WEB_LOADER_URL?: string | null;
  @IsOptional() @IsString() EXTERNAL_WEB_LOADER_API_KEY?: string | null;

  /** Languages of transcripts, the preferred first. */
  @IsOptional() @IsArray() @IsString({ each: true }) YOUTUBE_LOADER_LANGUAGE?: string[] | null;
  @IsOptional() @IsString() YOUTUBE_LOADER_PROXY_URL?: string | null;
  @IsOptional() @IsString() YOUTUBE_LOADER_TRANSLATION?: string | null;
}
