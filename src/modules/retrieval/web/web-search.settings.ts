import { IsArray, IsBoolean, IsInt, IsString, Min } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../../platform/settings/decorators';
import { locale } from '../../../platform/settings/env-parsers';

/** Search of the web: fields are named as the keys of the wire, in lower case. */
@SettingsSection('web_search')
export class WebSearchSettings {
  /** Users may search the web. */
  @StoredAt('rag.web.search.enable')
  @Env('ENABLE_WEB_SEARCH')
  @IsBoolean()
  enable_web_search = false;

  /** Name of the engine; empty for none. */
  @StoredAt('rag.web.search.engine')
  @Env('WEB_SEARCH_ENGINE')
  @IsString()
  web_search_engine = '';

  /** Has no effect: proxies of the environment are always used. */
  @StoredAt('rag.web.search.trust_env')
  @Env('WEB_SEARCH_TRUST_ENV')
  @IsBoolean()
  web_search_trust_env = false;

  /** Results that are taken of one query; 0 for the default. */
  @StoredAt('rag.web.search.result_count')
  @Env('WEB_SEARCH_RESULT_COUNT')
  @IsInt()
  @Min(0)
  web_search_result_count = 3;

  /** Queries that are sent at once; 0 for the default. */
  @StoredAt('rag.web.search.concurrent_requests')
  @Env('WEB_SEARCH_CONCURRENT_REQUESTS')
  @IsInt()
  @Min(0)
  web_search_concurrent_requests = 10;

  /** Hosts (with their subdomains) or addresses whose results are taken; those with `!` are left out. */
  @StoredAt('rag.web.search.domain.filter_list')
  @IsArray()
  @IsString({ each: true })
  web_search_domain_filter_list: string[] = [];

  /** What was found goes to the model as it is, without a search within it. */
  @StoredAt('rag.web.search.bypass_embedding_and_retrieval')
  @Env('BYPASS_WEB_SEARCH_EMBEDDING_AND_RETRIEVAL')
  @IsBoolean()
  bypass_web_search_embedding_and_retrieval = false;

  /** The snippets of the engine are used, and pages are not fetched. */
  @StoredAt('rag.web.search.bypass_web_loader')
  @Env('BYPASS_WEB_SEARCH_WEB_LOADER')
  @IsBoolean()
  bypass_web_search_web_loader = false;

  /** Key for `ollama_cloud`. */
  @Secret()
  @StoredAt('rag.web.search.ollama_cloud_api_key')
  @Env('OLLAMA_CLOUD_API_KEY')
  @IsString()
  ollama_cloud_web_search_api_key = '';

  /** Search address of a SearXNG instance, such as `http://searxng:8080/search`. */
  @StoredAt('rag.web.search.searxng_query_url')
  @Env('SEARXNG_QUERY_URL')
  @IsString()
  searxng_query_url = '';

  /** Address of a YaCy peer. */
  @StoredAt('rag.web.search.yacy_query_url')
  @Env('YACY_QUERY_URL')
  @IsString()
  yacy_query_url = '';

  /** Account for digest authentication; empty for none. */
  @StoredAt('rag.web.search.yacy_username')
  @Env('YACY_USERNAME')
  @IsString()
  yacy_username = '';

  /** Password of that account. */
  @Secret<WebSearchSettings>({ sentTo: (settings) => settings.yacy_query_url })
  @StoredAt('rag.web.search.yacy_password')
  @Env('YACY_PASSWORD')
  @IsString()
  yacy_password = '';

  /** Key for `google_pse`. */
  @Secret()
  @StoredAt('rag.web.search.google_pse_api_key')
  @Env('GOOGLE_PSE_API_KEY')
  @IsString()
  google_pse_api_key = '';

  /** Id of the programmable search engine. */
  @StoredAt('rag.web.search.google_pse_engine_id')
  @Env('GOOGLE_PSE_ENGINE_ID')
  @IsString()
  google_pse_engine_id = '';

  /** Key for `brave`. */
  @Secret()
  @StoredAt('rag.web.search.brave_search_api_key')
  @Env('BRAVE_SEARCH_API_KEY')
  @IsString()
  brave_search_api_key = '';

  /** Key for `kagi`. */
  @Secret()
  @StoredAt('rag.web.search.kagi_search_api_key')
  @Env('KAGI_SEARCH_API_KEY')
  @IsString()
  kagi_search_api_key = '';

  /** Key for `mojeek`. */
  @Secret()
  @StoredAt('rag.web.search.mojeek_search_api_key')
  @Env('MOJEEK_SEARCH_API_KEY')
  @IsString()
  mojeek_search_api_key = '';

  /** Key for `bocha`. */
  @Secret()
  @StoredAt('rag.web.search.bocha_search_api_key')
  @Env('BOCHA_SEARCH_API_KEY')
  @IsString()
  bocha_search_api_key = '';

  /** Key for `serpstack`. */
  @Secret()
  @StoredAt('rag.web.search.serpstack_api_key')
  @Env('SERPSTACK_API_KEY')
  @IsString()
  serpstack_api_key = '';

  /** False for plans of serpstack without TLS. */
  @StoredAt('rag.web.search.serpstack_https')
  @Env('SERPSTACK_HTTPS')
  @IsBoolean()
  serpstack_https = true;

  /** Key for `serper`. */
  @Secret()
  @StoredAt('rag.web.search.serper_api_key')
  @Env('SERPER_API_KEY')
  @IsString()
  serper_api_key = '';

  /** Key for `serply`. */
  @Secret()
  @StoredAt('rag.web.search.serply_api_key')
  @Env('SERPLY_API_KEY')
  @IsString()
  serply_api_key = '';

  /** Key for `tavily`, as a search engine and as a loader. */
  @Secret()
  @StoredAt('rag.web.search.tavily_api_key')
  @Env('TAVILY_API_KEY')
  @IsString()
  tavily_api_key = '';

  /** Key for `searchapi`. */
  @Secret()
  @StoredAt('rag.web.search.searchapi_api_key')
  @Env('SEARCHAPI_API_KEY')
  @IsString()
  searchapi_api_key = '';

  /** Engine that `searchapi` asks; empty for google. */
  @StoredAt('rag.web.search.searchapi_engine')
  @Env('SEARCHAPI_ENGINE')
  @IsString()
  searchapi_engine = '';

  /** Key for `serpapi`. */
  @Secret()
  @StoredAt('rag.web.search.serpapi_api_key')
  @Env('SERPAPI_API_KEY')
  @IsString()
  serpapi_api_key = '';

  /** Engine that `serpapi` asks; empty for google. */
  @StoredAt('rag.web.search.serpapi_engine')
  @Env('SERPAPI_ENGINE')
  @IsString()
  serpapi_engine = '';

  /** Key for `jina`. */
  @Secret()
  @StoredAt('rag.web.search.jina_api_key')
  @Env('JINA_API_KEY')
  @IsString()
  jina_api_key = '';

  /** Address of the Bing API. */
  @StoredAt('rag.web.search.bing_search_v7_endpoint')
  @Env('BING_SEARCH_V7_ENDPOINT')
  @IsString()
  bing_search_v7_endpoint = 'https://api.bing.microsoft.com/v7.0/search';

  /** Key for `bing`. */
  @Secret<WebSearchSettings>({ sentTo: (settings) => settings.bing_search_v7_endpoint })
  @StoredAt('rag.web.search.bing_search_v7_subscription_key')
  @Env('BING_SEARCH_V7_SUBSCRIPTION_KEY')
  @IsString()
  bing_search_v7_subscription_key = '';

  /** Market that `bing` searches, such as `en-GB`: the default language of clients. */
  @EnvAs(locale, 'DEFAULT_LOCALE')
  @IsString()
  bing_market = '';

  /** Key for `exa`. */
  @Secret()
  @StoredAt('rag.web.search.exa_api_key')
  @Env('EXA_API_KEY')
  @IsString()
  exa_api_key = '';

  /** Key for `perplexity` and `perplexity_search`. */
  @Secret<WebSearchSettings>({ sentTo: (settings) => settings.perplexity_search_api_url })
  @StoredAt('rag.web.search.perplexity_api_key')
  @Env('PERPLEXITY_API_KEY')
  @IsString()
  perplexity_api_key = '';

  /** Model that `perplexity` asks. */
  @StoredAt('rag.web.search.perplexity_model')
  @Env('PERPLEXITY_MODEL')
  @IsString()
  perplexity_model = 'sonar';

  /** How much `perplexity` reads: low, medium or high. */
  @StoredAt('rag.web.search.perplexity_search_context_usage')
  @Env('PERPLEXITY_SEARCH_CONTEXT_USAGE')
  @IsString()
  perplexity_search_context_usage = 'medium';

  /** Address for `perplexity_search`. */
  @StoredAt('rag.web.search.perplexity_search_api_url')
  @Env('PERPLEXITY_SEARCH_API_URL')
  @IsString()
  perplexity_search_api_url = 'https://api.perplexity.ai/search';

  /** Secret id of Tencent Cloud, for `sougou`. */
  @Secret()
  @StoredAt('rag.web.search.sougou_api_sid')
  @Env('SOUGOU_API_SID')
  @IsString()
  sougou_api_sid = '';

  /** Secret key of Tencent Cloud. */
  @Secret()
  @StoredAt('rag.web.search.sougou_api_sk')
  @Env('SOUGOU_API_SK')
  @IsString()
  sougou_api_sk = '';

  /** Address of a server for `external`. */
  @StoredAt('rag.web.search.external_web_search_url')
  @Env('EXTERNAL_WEB_SEARCH_URL')
  @IsString()
  external_web_search_url = '';

  /** Bearer token for that server. */
  @Secret<WebSearchSettings>({ sentTo: (settings) => settings.external_web_search_url })
  @StoredAt('rag.web.search.external_web_search_api_key')
  @Env('EXTERNAL_WEB_SEARCH_API_KEY')
  @IsString()
  external_web_search_api_key = '';

  /** Address of an Azure AI Search service, for `azure`. */
  @StoredAt('rag.web.search.azure_ai_search_endpoint')
  @Env('AZURE_AI_SEARCH_ENDPOINT')
  @IsString()
  azure_ai_search_endpoint = '';

  /** Query key of that service. */
  @Secret<WebSearchSettings>({ sentTo: (settings) => settings.azure_ai_search_endpoint })
  @StoredAt('rag.web.search.azure_ai_search_api_key')
  @Env('AZURE_AI_SEARCH_API_KEY')
  @IsString()
  azure_ai_search_api_key = '';

  /** Index of that service. */
  @StoredAt('rag.web.search.azure_ai_search_index_name')
  @Env('AZURE_AI_SEARCH_INDEX_NAME')
  @IsString()
  azure_ai_search_index_name = '';
}
