import type { AudioConfig } from './client/client-config.dto';

/**
 * Configuration of modules that do not exist yet, as clients expect it: switches are off and nothing is set. A new module
 * removes its lines here; the file is deleted with the last one.
 */
export const ABSENT_FLAGS = {
  enable_channels: false,
  enable_image_generation: false,
  enable_autocomplete_generation: false,
};

interface AbsentParts {
  audio: AudioConfig;
}

export const ABSENT_PARTS: AbsentParts = {
  audio: { tts: { engine: '', voice: 'alloy', split_on: 'punctuation' }, stt: { engine: '' } },
};
