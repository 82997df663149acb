import { IsInt, Max, Min } from 'class-validator';
import { Env, SettingsSection } from '../../../platform/settings/decorators';

/** How files are processed, and how long unnamed collections last. */
@SettingsSection('ingest')
export class IngestSettings {
  /** Files that a node processes at once. One account never has all of them while others wait. */
  @Env('INGEST_CONCURRENCY')
  @IsInt()
  @Min(1)
  @Max(64)
  ingest_concurrency = 4;

  /** Days after which the chunks of web pages and web searches are deleted; 0: never. */
  @Env('WEB_COLLECTION_TTL_DAYS')
  @IsInt()
  @Min(0)
  web_collection_ttl_days = 30;
}
