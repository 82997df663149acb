import { IsArray, IsObject, IsOptional, IsString } from 'class-validator';
import { IsLaxBoolean, IsLaxInt, Nested } from '../../../common/validation/fields';

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

  /** Users may dismiss it. */
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
  /** Title and subtitle. */
  @IsArray()
  @IsString({ each: true })
  title: string[];

  /** The prompt to insert. */
  @IsString()
  content: string;
}

export class SuggestionsRequest {
  @IsArray()
  @Nested(() => PromptSuggestion, { each: true })
  suggestions: PromptSuggestion[];
}

export class ConnectionsConfig {
  /** Allow users to chat with models that their browser calls. */
  @IsLaxBoolean()
  ENABLE_DIRECT_CONNECTIONS: boolean;

  /** Fetch model lists only at start-up and when a client requests fresh ones. */
  @IsLaxBoolean()
  ENABLE_BASE_MODELS_CACHE: boolean;
}

export class WebhookConfig {
  /** Webhook for new accounts; empty for none. Masked in responses; a mask in a request leaves the URL unchanged. */
  @IsString()
  url: string;
}

export class ConfigImportRequest {
  /** A document of `GET /api/v1/configs/export`, of this server or of an Open WebUI. */
  @IsObject()
  config: Record<string, unknown>;
}

export class ChecklistItem {
  /** `database`, `secret`, `provider`, `embedding` or `storage`. */
  id: string;
  title: string;
  /** `done`, `todo`, or `absent` for features that this server lacks. */
  state: 'done' | 'todo' | 'absent';
  /** The current state, and advice. */
  text: string;
  /** The next command to run; null for none. */
  command: string | null;
}

export class ChecklistResponse {
  items: ChecklistItem[];
}
