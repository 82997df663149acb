import { IsInt, IsString, Min } from 'class-validator';
import { Env, SettingsSection, StoredAt } from '../../../platform/settings/decorators';

/** How texts are split into chunks. */
@SettingsSection('splitting')
export class SplittingSettings {
  /** Empty or `character`, `token`, `markdown_header`; another value is saved, and refused when a text is split (contract). */
  @StoredAt('rag.text_splitter')
  @Env('RAG_TEXT_SPLITTER')
  @IsString()
  text_splitter = '';

  /** Largest chunk, in characters; in tokens for the token splitter. */
  @StoredAt('rag.chunk_size')
  @Env('CHUNK_SIZE')
  @IsInt()
  @Min(0)
  chunk_size = 1000;

  /** How much of a chunk may be repeated at the start of the next one, in the same unit. */
  @StoredAt('rag.chunk_overlap')
  @Env('CHUNK_OVERLAP')
  @IsInt()
  @Min(0)
  chunk_overlap = 100;

  /** Encoding of the token splitter: `cl100k_base`, `o200k_base`, `p50k_base`, `p50k_edit` or `r50k_base`. */
  @StoredAt('rag.tiktoken_encoding_name')
  @Env('TIKTOKEN_ENCODING_NAME')
  @IsString()
  tiktoken_encoding_name = 'cl100k_base';
}
