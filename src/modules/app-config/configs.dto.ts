import { IsArray, IsObject, IsOptional, IsString } from 'class-validator';
import { IsLaxBoolean, IsLaxInt, Nested } from '../../common/validation/fields';

export class Banner {
  @IsString()
  id: string;

  /** `info`, `warning`, `error` or `success`. */
  @IsString()
  type: string;

  @IsOptional()
  @IsString()
  title?: string | null = null;

  /** Markdown. */
  @IsString()
  content: string;

  /** People may close it. */
  @IsLaxBoolean()
  dismissible: boolean;

  /** Unix seconds. */
  @IsLaxInt()
  timestamp: number;
}

export class BannersRequest {
  @IsArray()
  @Nested(() => Banner, { each: true })
  banners: Banner[];
}

export class PromptSuggestion {
  /** Two lines. */
  @IsArray()
  @IsString({ each: true })
  title: string[];

  /** The question that it stands for. */
  @IsString()
  content: string;
}

export class SuggestionsRequest {
  @IsArray()
  @Nested(() => PromptSuggestion, { each: true })
  suggestions: PromptSuggestion[];
}

export class ConnectionsConfig {
  /** Users may chat with models that their browser talks to. */
  @IsLaxBoolean()
  ENABLE_DIRECT_CONNECTIONS: boolean;

  /** Model lists are fetched at start and when a client asks for fresh ones, else never. */
  @IsLaxBoolean()
  ENABLE_BASE_MODELS_CACHE: boolean;
}

export class WebhookConfig {
  /** Told of new accounts; empty for nobody. */
  @IsString()
  url: string;
}

export class ConfigImportRequest {
  /** A document of `GET /api/v1/configs/export`, of this server or of an Open WebUI. */
  @IsObject()
  config: Record<string, unknown>;
}
