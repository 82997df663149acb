import { IsArray, IsInt, IsOptional, IsString, Min } from 'class-validator';
import { InvalidEnvError } from '../../platform/env/env-readers';
import { EnvAs, SettingsSection, StoredAt, type EnvParser } from '../../platform/settings/decorators';
import { commaSeparated } from '../../platform/settings/env-parsers';

/** A whole number; empty for none. */
const optionalInteger: EnvParser = (text, name) => {
  if (text.trim() === '') return undefined;
  if (/^\d{1,15}$/.test(text.trim())) return Number(text);
  throw new InvalidEnvError(name, text, 'expected a whole number');
};

/** What may be uploaded. Null stands for no limit. */
@SettingsSection('files')
export class FilesSettings {
  /** MB (1024² bytes) of one file. */
  @StoredAt('rag.file.max_size')
  @EnvAs(optionalInteger, 'RAG_FILE_MAX_SIZE')
  @IsOptional()
  @IsInt()
  @Min(0)
  file_max_size: number | null = null;

  /** Files that a user may attach to one message. */
  @StoredAt('rag.file.max_count')
  @EnvAs(optionalInteger, 'RAG_FILE_MAX_COUNT')
  @IsOptional()
  @IsInt()
  @Min(0)
  file_max_count: number | null = null;

  /** MB (1024² bytes) of all content of one account, chat images included; equal content counts once. */
  @StoredAt('rag.file.max_space')
  @EnvAs(optionalInteger, 'FILE_MAX_SPACE')
  @IsOptional()
  @IsInt()
  @Min(0)
  file_max_space: number | null = null;

  /** Extensions without the dot of files that are processed, compared without case; empty for all. */
  @StoredAt('rag.file.allowed_extensions')
  @EnvAs(commaSeparated, 'RAG_ALLOWED_FILE_EXTENSIONS')
  @IsArray()
  @IsString({ each: true })
  allowed_file_extensions: string[] = [];

  /** Pixels to which clients reduce images before they upload them. */
  @StoredAt('file.image_compression_width')
  @EnvAs(optionalInteger, 'FILE_IMAGE_COMPRESSION_WIDTH')
  @IsOptional()
  @IsInt()
  @Min(0)
  file_image_compression_width: number | null = null;

  /** As the width. */
  @StoredAt('file.image_compression_height')
  @EnvAs(optionalInteger, 'FILE_IMAGE_COMPRESSION_HEIGHT')
  @IsOptional()
  @IsInt()
  @Min(0)
  file_image_compression_height: number | null = null;
}
