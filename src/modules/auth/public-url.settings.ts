import { IsHttpUrlOrEmpty } from '../../common/validation/is-http-url';
import { Env, SettingsSection, StoredAt } from '../../platform/settings/decorators';

@SettingsSection('public_url')
export class PublicUrlSettings {
  /** Public base URL of the installation; empty when unknown. */
  @StoredAt('webui.url')
  @Env('WEBUI_URL')
  @IsHttpUrlOrEmpty()
  url = '';
}
