import { IsBoolean, IsOptional, IsString, IsUrl } from 'class-validator';
import { IsListOf } from '../../common/validation/is-list-of';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../platform/settings/decorators';
import { httpUrl, locale } from '../../platform/settings/env-parsers';
import { PROMPT_SUGGESTIONS } from './client/prompt-suggestions';
import { Banner, PromptSuggestion } from './admin/configs.dto';

const textOrNothing = (text: string): string | undefined => text.trim() || undefined;

/** Name, language, banners and suggestions of the installation. */
@SettingsSection('app')
export class AppSettings {
  /** Name of the installation in titles and messages. */
  @EnvAs(textOrNothing, 'WEBUI_NAME')
  @IsString()
  name = 'Confab';

  /** Release of the interface, which clients compare with the one they last showed. */
  @EnvAs(textOrNothing, 'INTERFACE_VERSION')
  @IsString()
  interface_version = '0.6.41';

  /** Clients reload their page when it changes between two connections. */
  @Env('DEPLOYMENT_ID')
  @IsString()
  deployment_id = '';

  /** Default language of clients; empty for that of the browser. */
  @StoredAt('ui.default_locale')
  @EnvAs(locale, 'DEFAULT_LOCALE')
  @IsString()
  default_locale = '';

  /** Require the password twice in the sign-up form. */
  @Env('ENABLE_SIGNUP_PASSWORD_CONFIRMATION')
  @IsBoolean()
  has_password_confirmation = false;

  /** Webhook for new accounts; empty for none. Secret: the URL alone grants write access. */
  @Secret()
  @StoredAt('webhook_url')
  @EnvAs(httpUrl, 'WEBHOOK_URL')
  @IsString()
  webhook_url = '';

  /** Banners at the top of every page. */
  @StoredAt('ui.banners')
  @Env('WEBUI_BANNERS')
  @IsListOf(() => Banner)
  banners: Banner[] = [];

  /** Prompt suggestions of empty chats. */
  @StoredAt('ui.prompt_suggestions')
  @Env('DEFAULT_PROMPT_SUGGESTIONS')
  @IsListOf(() => PromptSuggestion)
  prompt_suggestions: PromptSuggestion[] = PROMPT_SUGGESTIONS;

  /** Source of `/manifest.json`; null generates one. */
  @EnvAs(httpUrl, 'EXTERNAL_PWA_MANIFEST_URL')
  @IsOptional()
  @IsUrl({ require_tld: false })
  manifest_url: string | null = null;
}
