import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { LongText } from '../../common/json/json-pieces';
import type { JsonObject } from '../../common/util/json';
import { IsLaxBoolean, IsLaxInt } from '../../common/validation/fields';
import type { FileProgress, FileStatus, StoredFile } from './files.types';

/** Any value of JSON but null. */
const ANY = [
  { type: 'object', additionalProperties: true },
  { type: 'array', items: {} },
  ...['string', 'number', 'boolean'].map((type) => ({ type })),
];
const STATUSES = ['pending', 'completed', 'failed'] as const;

export class ListFilesQuery {
  /** Include the text of each file as `data.content`. Default true. */
  @IsOptional()
  @IsLaxBoolean()
  content?: boolean;

  /** Files to leave out, newest first. */
  @IsOptional()
  @IsLaxInt()
  @Min(0)
  skip?: number;

  /** Files at most; all when absent. */
  @IsOptional()
  @IsLaxInt()
  @Min(1)
  @Max(10_000)
  limit?: number;
}

export class SearchFilesQuery extends ListFilesQuery {
  /** Glob for the whole name, without case: `*`, `?`, `[abc]`, `[!abc]`. */
  @IsString()
  @MaxLength(512)
  filename: string;
}

export class UploadFileQuery {
  /** Extract and index the text. Default true. */
  @IsOptional()
  @IsLaxBoolean()
  process?: boolean;

  /** False: answer when the processing has ended. Default true. */
  @IsOptional()
  @IsLaxBoolean()
  process_in_background?: boolean;
}

/** The form; read by `FileUploadInterceptor`. */
export class UploadFileRequest {
  @ApiProperty({ type: 'string', format: 'binary' })
  file: unknown;

  /** JSON of any kind, stored as `meta.data`. */
  @ApiProperty({ required: false, nullable: true, type: 'string' })
  metadata?: unknown;
}

export class FileContentQuery {
  /** Download also what browsers could display. */
  @IsOptional()
  @IsLaxBoolean()
  attachment?: boolean;
}

export class FileStatusQuery {
  /** An event stream that ends with the processing. */
  @IsOptional()
  @IsLaxBoolean()
  stream?: boolean;
}

export class UpdateFileContentRequest {
  /** The text that takes the place of the extracted one, and is indexed. */
  @IsString()
  content: string;
}

export class FileMeta {
  name: string | null;
  /** As the client declared it. */
  content_type: string | null;
  /** Bytes. */
  size: number | null;
  /** The `metadata` of the upload. */
  @ApiPropertyOptional({ oneOf: ANY, nullable: true })
  data?: unknown;
  /** The name under which retrieval finds the file, once it is indexed. */
  collection_name?: string;
}

export class FileProgressResponse {
  /** A word for the stage: `extracting`, `embedding`, … */
  stage: string;
  done: number;
  /** Null while it is unknown. */
  total: number | null;
}

export class FileData {
  /** Absent for a file that is not processed. */
  @ApiProperty({ required: false, enum: STATUSES })
  status?: FileStatus;
  /** The text; absent before it is extracted. */
  @ApiProperty({ required: false, type: String })
  content?: string | LongText;
  /** Why the processing failed. */
  error?: string;
  /** How far the processing is. */
  progress?: FileProgressResponse;
}

export class StoredFileResponse {
  id: string;
  /** Id of the owner. */
  user_id: string;
  /** SHA-256 of the text; null before it is extracted. */
  hash: string | null;
  filename: string;
  /** A name for the stored bytes, not a path of the server; null without any. */
  path: string | null;
  data: FileData;
  meta: FileMeta;
  /** Always null: files are shared through what they are part of. */
  @ApiProperty({ type: 'object', nullable: true, additionalProperties: true })
  access_control: JsonObject | null;
  /** Unix seconds. */
  created_at: number;
  /** Unix seconds. */
  updated_at: number;
}

const SUMMARY = ['id', 'user_id', 'hash', 'filename', 'data', 'meta', 'created_at', 'updated_at'] as const;

export class FileSummaryResponse extends PickType(StoredFileResponse, SUMMARY) {}

/** The last three are absent without processing. */
export class UploadedFileResponse extends FileSummaryResponse {
  status?: boolean;
  path?: string | null;
  @ApiPropertyOptional({ nullable: true, type: 'object', additionalProperties: true })
  access_control?: JsonObject | null;
}

export class FileTextResponse {
  @ApiProperty({ type: String })
  content: string | LongText;
}

export class FileStatusResponse {
  @ApiProperty({ enum: STATUSES })
  status: FileStatus;
  progress?: FileProgressResponse;
}

export class FileCancelResponse {
  /** False when the file was not being processed. */
  status: boolean;
}

export class FileMessageResponse {
  message: string;
}

export const pathOf = ({ id, filename, hasBlob }: StoredFile): string | null =>
  hasBlob ? `/uploads/${id}_${filename}` : null;

export const toFileSummaryResponse = (file: StoredFile, text?: string): FileSummaryResponse => ({
  id: file.id,
  user_id: file.userId,
  hash: file.hash,
  filename: file.filename,
  data: {
    ...(file.status !== null && { status: file.status }),
    ...(text !== undefined && { content: new LongText(text) }),
    ...(file.error !== null && { error: file.error }),
    ...progressOf(file.progress),
  },
  meta: { name: file.filename, content_type: file.contentType, size: file.size, ...file.meta },
  created_at: file.createdAt,
  updated_at: file.updatedAt,
});

export const toStoredFileResponse = (file: StoredFile, text?: string): StoredFileResponse => ({
  ...toFileSummaryResponse(file, text),
  path: pathOf(file),
  access_control: null,
});

export const toFileStatusResponse = ({ status, progress }: StoredFile): FileStatusResponse => ({
  status: status ?? 'pending',
  ...progressOf(progress),
});

export const progressOf = (progress: FileProgress | null): { progress?: FileProgress } =>
  progress === null ? {} : { progress };
