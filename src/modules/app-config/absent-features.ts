import type { AudioConfig, CodeConfig, FileConfig, GoogleDriveConfig, OneDriveConfig } from './client-config.dto';

/**
 * What clients are told of modules that do not exist yet: their switches are off, and their part of the configuration
 * says that nothing is set. A module that comes takes its lines from here; with the last one the file goes.
 */
export const ABSENT_FLAGS = {
  enable_channels: false,
  enable_notes: false,
  enable_web_search: false,
  enable_code_interpreter: false,
  enable_image_generation: false,
  enable_autocomplete_generation: false,
  enable_message_rating: false,
  enable_google_drive_integration: false,
  enable_onedrive_integration: false,
};

interface AbsentParts {
  code: CodeConfig;
  audio: AudioConfig;
  file: FileConfig;
  google_drive: GoogleDriveConfig;
  onedrive: OneDriveConfig;
}

export const ABSENT_PARTS: AbsentParts = {
  code: { engine: 'pyodide' },
  audio: { tts: { engine: '', voice: 'alloy', split_on: 'punctuation' }, stt: { engine: '' } },
  file: { max_size: null, max_count: null, image_compression: { width: null, height: null } },
  google_drive: { client_id: '', api_key: '' },
  onedrive: { client_id_personal: '', client_id_business: '', sharepoint_url: '', sharepoint_tenant_id: '' },
};
