import { IsBoolean, IsOptional, IsString, IsUrl } from 'class-validator';
import { IsListOf } from '../../common/validation/is-list-of';
import { Env, EnvAs, SettingsSection, StoredAt } from '../../platform/settings/decorators';
import { PROMPT_SUGGESTIONS } from './prompt-suggestions';
import { Banner, PromptSuggestion } from './configs.dto';

const textOrNothing = (text: string): string | undefined => text.trim() || undefined;

/** What the installation is called, says and suggests. */
@SettingsSection('app')
export class AppSettings {
  /** Name of the installation in titles and messages. */
  @EnvAs(textOrNothing, 'WEBUI_NAME')
  @IsString()
  name = 'Confab';

  /** Release of the interface that clients adapt themselves to, and compare with what they last showed. */
  @EnvAs(textOrNothing, 'INTERFACE_VERSION')
  @IsString()
  interface_version = '0.6.41';

  /** Clients reload their page when it changes between two connections. */
  @Env('DEPLOYMENT_ID')
  @IsString()
  deployment_id = '';

  /** Language of people whose client has none; empty for that of their browser. */
  @StoredAt('ui.default_locale')
  @Env('DEFAULT_LOCALE')
  @IsString()
  default_locale = '';

  /** The sign-up form asks for the password twice. */
  @Env('ENABLE_SIGNUP_PASSWORD_CONFIRMATION')
  @IsBoolean()
  has_password_confirmation = false;

  /** Told of new accounts; empty for nobody. */
  @StoredAt('webhook_url')
  @Env('WEBHOOK_URL')
  @IsString()
  webhook_url = '';

  /** Notices at the top of every page. */
  @StoredAt('ui.banners')
  @Env('WEBUI_BANNERS')
  @IsListOf(() => Banner)
  banners: Banner[] = [];

  /** Questions that an empty chat offers. */
  @StoredAt('ui.prompt_suggestions')
  @Env('DEFAULT_PROMPT_SUGGESTIONS')
  @IsListOf(() => PromptSuggestion)
  prompt_suggestions: PromptSuggestion[] = PROMPT_SUGGESTIONS;

  /** Its answer is that of `/manifest.json`; null makes our own. */
  @EnvAs(textOrNothing, 'EXTERNAL_PWA_MANIFEST_URL')
  @IsOptional()
  @IsUrl({ require_tld: false })
  manifest_url: string | null = null;
}
