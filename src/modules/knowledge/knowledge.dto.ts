import { ApiProperty, OmitType } from '@nestjs/swagger';
import { ArrayMaxSize, IsIn, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsLaxBoolean, IsLaxInt, Nested } from '../../common/validation/fields';
import { MAX_DESCRIPTION, MAX_NAME } from '../../common/validation/lengths';
import { SharedWith, type AccessControl } from '../access/access-control.dto';
import { progressOf, FileProgressResponse } from '../files/files.dto';
import type { FileStatus } from '../files/files.types';
import { UserSummaryResponse } from '../users/users.dto';
import type { Knowledge } from './knowledge.entity';
import type { FileOverview } from './knowledge.types';

/** Files in one request. */
export const MAX_FILES = 10_000;
const PAGE_SIZE = 30;
const MAX_PAGE_SIZE = 1000;

export class KnowledgeRequest {
  @IsString()
  @MaxLength(MAX_NAME)
  name: string;

  @IsString()
  @MaxLength(MAX_DESCRIPTION)
  description: string;

  /** `null` = public, which needs `sharing.public_knowledge`; `{}` = private. Absent: null, or as it was. */
  @IsOptional()
  @Nested(() => SharedWith)
  access_control?: SharedWith | null;
}

export class FileIdRequest {
  @IsString()
  @MaxLength(MAX_NAME)
  file_id: string;
}

export class RemoveFileQuery {
  /** Also deletes the file, if it is the caller's and in no other base. */
  @IsOptional()
  @IsLaxBoolean()
  delete_file?: boolean;
}

/** A window of the files of a base; without any of these keys all of them. */
export class FilePageQuery {
  /** Part of the name of a file, in any case. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  query?: string;

  /** Counts from 1. */
  @IsOptional()
  @IsLaxInt()
  @Min(1)
  page?: number;

  /** Files on a page; 30 by default. */
  @IsOptional()
  @IsLaxInt()
  @Min(1)
  @Max(MAX_PAGE_SIZE)
  limit?: number;
}

/** A file as a client has it. */
export class ClientFile {
  /** Its name in the base. */
  @IsString()
  @MaxLength(MAX_NAME)
  name: string;

  /** Hexadecimal SHA-256 of its bytes. */
  @IsString()
  @MaxLength(64)
  hash: string;
}

export class CompareFilesRequest {
  @Nested(() => ClientFile, { each: true })
  @ArrayMaxSize(MAX_FILES)
  files: ClientFile[];
}

export class FileStateResponse {
  /** `pending`, `completed` or `failed`; null for a file that is not processed. */
  @ApiProperty({ type: String, nullable: true })
  status: FileStatus | null;
  /** Why the processing failed. */
  error?: string;
  progress?: FileProgressResponse;
}

export class FileMetadataResponse {
  id: string;
  /** Hexadecimal SHA-256 of the text. */
  hash: string | null;
  /** `name`, `content_type`, `size`, `data`, `collection_name`, … */
  meta: Record<string, unknown>;
  /** How far the processing is; only for a window. */
  data?: FileStateResponse;
  /** Unix seconds. */
  created_at: number;
  /** Unix seconds. */
  updated_at: number;
}

export class KnowledgeResponse {
  id: string;
  /** Id of the owner. */
  user_id: string;
  name: string;
  description: string;
  meta: Record<string, unknown> | null;
  /** `null` = everybody may read it, `{}` = private. */
  access_control: SharedWith | null;
  /** Unix seconds. */
  created_at: number;
  /** Unix seconds of the last change of the base or of its list of files. */
  updated_at: number;
}

/** A new base, or one that was emptied: its files are not listed. */
export class KnowledgeHeadResponse extends KnowledgeResponse {
  @ApiProperty({ type: [FileMetadataResponse], nullable: true })
  files: FileMetadataResponse[] | null;
}

export class KnowledgeFilesResponse extends KnowledgeResponse {
  /** In the order in which they were added. */
  files: FileMetadataResponse[];
  /** Files that match on all pages, as the two below; only for a window. */
  total?: number;
  /** Those of them that are being processed. */
  pending?: number;
  /** Those of them whose processing failed. */
  failed?: number;
}

const WINDOW = ['total', 'pending', 'failed'] as const;

export class KnowledgeUserResponse extends OmitType(KnowledgeFilesResponse, WINDOW) {
  /** The owner; null when the account is gone. */
  user: UserSummaryResponse | null;
}

export class BatchWarnings {
  message: string;
  /** `<file id>: <reason>` */
  errors: string[];
}

export class BatchAddResponse extends OmitType(KnowledgeFilesResponse, WINDOW) {
  /** Files that were not added; absent when all were. */
  warnings?: BatchWarnings;
}

/** How a file of a client compares to the base. */
export class ComparedFile {
  name: string;
  /** `missing`: no file has the name or the bytes; `changed`: the file of that name has other bytes. */
  @IsIn(['missing', 'changed', 'same'])
  state: 'missing' | 'changed' | 'same';
  /** The file of the base; null when it is missing. */
  file_id: string | null;
}

export class CompareFilesResponse {
  /** In the order of the request. */
  files: ComparedFile[];
  /** Ids of files of the base that the request does not name. */
  surplus: string[];
}

export class ReindexProgressResponse {
  /** Files of the last request. */
  total: number;
  /** Files that are indexed again, or failed. */
  done: number;
  /** Those of `done` whose processing failed. */
  failed: number;
}

/** Without a known sharing a base counts as private. */
export const toKnowledgeResponse = (knowledge: Knowledge, accessControl: AccessControl = {}): KnowledgeResponse => ({
  id: knowledge.id,
  user_id: knowledge.userId,
  name: knowledge.name,
  description: knowledge.description,
  meta: knowledge.meta,
  access_control: accessControl,
  created_at: knowledge.createdAt,
  updated_at: knowledge.updatedAt,
});

export const toFileMetadataResponse = (file: FileOverview): FileMetadataResponse => ({
  id: file.id,
  hash: file.hash,
  meta: { name: file.filename, content_type: file.contentType, size: file.size, ...file.meta },
  created_at: file.createdAt,
  updated_at: file.updatedAt,
});

/** As `toFileMetadataResponse`, with the state of the processing. */
export const toFileStateResponse = (file: FileOverview): FileMetadataResponse => ({
  ...toFileMetadataResponse(file),
  data: { status: file.status, ...(file.error !== null && { error: file.error }), ...progressOf(file.progress) },
});

export const toFilePage = ({ query, page, limit }: FilePageQuery) =>
  query === undefined && page === undefined && limit === undefined
    ? undefined
    : { text: query ?? '', limit: limit ?? PAGE_SIZE, offset: ((page ?? 1) - 1) * (limit ?? PAGE_SIZE) };
