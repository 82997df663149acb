import { IsArray, IsBoolean, IsIn, IsInt, IsNumber, IsOptional, IsString, Min } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../../platform/settings/decorators';
import { limit, someCommaSeparated } from '../../../platform/settings/env-parsers';

/** How pages are fetched: fields are named as the keys of the wire, in lower case. */
@SettingsSection('web_loader')
export class WebLoaderSettings {
  /** What fetches pages: `safe_web` or empty for this server, `playwright`, `firecrawl`, `tavily`, `external`. */
  @StoredAt('rag.web.loader.engine')
  @Env('WEB_LOADER_ENGINE')
  @IsString()
  web_loader_engine = '';

  /** Pages that are fetched at once for one request; 0 for the default. */
  @StoredAt('rag.web.loader.concurrent_requests')
  @Env('WEB_LOADER_CONCURRENT_REQUESTS')
  @IsInt()
  @Min(0)
  web_loader_concurrent_requests = 10;

  /** False accepts any certificate of a page. */
  @StoredAt('rag.web.loader.ssl_verification')
  @Env('ENABLE_WEB_LOADER_SSL_VERIFICATION')
  @IsBoolean()
  enable_web_loader_ssl_verification = true;

  /** WebSocket address of a Playwright server. */
  @StoredAt('rag.web.loader.playwright_ws_url')
  @Env('PLAYWRIGHT_WS_URL')
  @IsString()
  playwright_ws_url = '';

  /** Milliseconds for one page in the browser. */
  @StoredAt('rag.web.loader.playwright_timeout')
  @Env('PLAYWRIGHT_TIMEOUT')
  @IsInt()
  @Min(0)
  playwright_timeout = 10_000;

  /** Key of Firecrawl, as a search engine and as a loader. */
  @Secret<WebLoaderSettings>({ sentTo: (settings) => settings.firecrawl_api_base_url })
  @StoredAt('rag.web.loader.firecrawl_api_key')
  @Env('FIRECRAWL_API_KEY')
  @IsString()
  firecrawl_api_key = '';

  /** Address of Firecrawl. */
  @StoredAt('rag.web.loader.firecrawl_api_url')
  @Env('FIRECRAWL_API_BASE_URL')
  @IsString()
  firecrawl_api_base_url = 'https://api.firecrawl.dev';

  /** How thoroughly Tavily reads a page. */
  @StoredAt('rag.web.search.tavily_extract_depth')
  @Env('TAVILY_EXTRACT_DEPTH')
  @IsIn(['basic', 'advanced'])
  tavily_extract_depth = 'basic';

  /** Address of a server that loads pages. */
  @StoredAt('rag.web.loader.external_web_loader_url')
  @Env('EXTERNAL_WEB_LOADER_URL')
  @IsString()
  external_web_loader_url = '';

  /** Bearer token for that server. */
  @Secret<WebLoaderSettings>({ sentTo: (settings) => settings.external_web_loader_url })
  @StoredAt('rag.web.loader.external_web_loader_api_key')
  @Env('EXTERNAL_WEB_LOADER_API_KEY')
  @IsString()
  external_web_loader_api_key = '';

  /** Languages of transcripts, the preferred one first; English comes after all. */
  @StoredAt('rag.youtube_loader_language')
  @EnvAs(someCommaSeparated, 'YOUTUBE_LOADER_LANGUAGE')
  @IsArray()
  @IsString({ each: true })
  youtube_loader_language: string[] = ['en'];

  /** Proxy for YouTube alone; empty for that of the environment. */
  @StoredAt('rag.youtube_loader_proxy_url')
  @Env('YOUTUBE_LOADER_PROXY_URL')
  @IsString()
  youtube_loader_proxy_url = '';

  /** Language that transcripts are translated to by YouTube; null for none. */
  @StoredAt('rag.youtube_loader_translation')
  @IsOptional()
  @IsString()
  youtube_loader_translation: string | null = null;

  /** Users may have pages of private networks fetched. Addresses of cloud metadata remain closed. */
  @Env('ENABLE_RAG_LOCAL_WEB_FETCH')
  @IsBoolean()
  enable_rag_local_web_fetch = false;

  /** Hosts that may be fetched from, with their subdomains; those with `!` are refused, as are the metadata services of clouds. */
  @EnvAs(someCommaSeparated, 'WEB_FETCH_FILTER_LIST')
  @IsArray()
  @IsString({ each: true })
  web_fetch_filter_list: string[] = [];

  /** Bytes of one page, unpacked, above which it is refused. */
  @Env('WEB_FETCH_MAX_SIZE')
  @IsInt()
  @Min(1)
  web_fetch_max_size = 10_000_000;

  /** Seconds for one attempt to fetch a page, redirects included; 0 for no limit. */
  @EnvAs(limit, 'WEB_FETCH_TIMEOUT')
  @IsNumber()
  @Min(0)
  web_fetch_timeout = 30;

  /** Pages are fetched only where `/robots.txt` allows it, which costs a request for each host. */
  @Env('WEB_FETCH_OBEY_ROBOTS')
  @IsBoolean()
  web_fetch_obey_robots = false;
}
