import { IsBoolean, IsString } from 'class-validator';
import { Env, SettingsSection, StoredAt } from '../../platform/settings/decorators';

/** Cloud drives from which clients pick files. The browser talks to them, so all of this is public. */
@SettingsSection('drives')
export class DrivesSettings {
  /** Users may pick files from Google Drive. */
  @StoredAt('google_drive.enable')
  @Env('ENABLE_GOOGLE_DRIVE_INTEGRATION')
  @IsBoolean()
  enable_google_drive_integration = false;

  /** OAuth client of Google Drive. */
  @StoredAt('google_drive.client_id')
  @Env('GOOGLE_DRIVE_CLIENT_ID')
  @IsString()
  google_drive_client_id = '';

  /** Public: browsers need it. Restrict it to the origin of the client where it was made. */
  @StoredAt('google_drive.api_key')
  @Env('GOOGLE_DRIVE_API_KEY')
  @IsString()
  google_drive_api_key = '';

  /** Users may pick files from OneDrive and SharePoint. */
  @StoredAt('onedrive.enable')
  @Env('ENABLE_ONEDRIVE_INTEGRATION')
  @IsBoolean()
  enable_onedrive_integration = false;

  /** Offers personal accounts. */
  @Env('ENABLE_ONEDRIVE_PERSONAL')
  @IsBoolean()
  enable_onedrive_personal = true;

  /** Offers accounts of organisations. */
  @Env('ENABLE_ONEDRIVE_BUSINESS')
  @IsBoolean()
  enable_onedrive_business = true;

  /** OAuth client for personal accounts. */
  @Env('ONEDRIVE_CLIENT_ID_PERSONAL', 'ONEDRIVE_CLIENT_ID')
  @IsString()
  onedrive_client_id_personal = '';

  /** OAuth client for accounts of organisations. */
  @Env('ONEDRIVE_CLIENT_ID_BUSINESS', 'ONEDRIVE_CLIENT_ID')
  @IsString()
  onedrive_client_id_business = '';

  /** Base URL of SharePoint, for accounts of organisations. */
  @StoredAt('onedrive.sharepoint_url')
  @Env('ONEDRIVE_SHAREPOINT_URL')
  @IsString()
  onedrive_sharepoint_url = '';

  /** Tenant of SharePoint, for accounts of organisations. */
  @StoredAt('onedrive.sharepoint_tenant_id')
  @Env('ONEDRIVE_SHAREPOINT_TENANT_ID')
  @IsString()
  onedrive_sharepoint_tenant_id = '';
}
