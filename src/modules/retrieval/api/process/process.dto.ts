import { ArrayMaxSize, IsArray, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { Nested, KeepUnknownKeys } from '../../../../common/validation/fields';
import { MAX_NAME } from '../../../../common/validation/lengths';

const MAX_URL = 8192;
/** Maximum characters processed within a request; longer texts are uploaded as files. */
const MAX_TEXT = 10_000_000;
const MAX_FILES = 10_000;
const MAX_QUERIES = 50;

export class ProcessFileRequest {
  @IsString() file_id: string;

  /** Replaces the text of the file. */
  @IsOptional() @IsString() content?: string | null;

  /** A collection that gets the file besides its own one. */
  @IsOptional() @IsString() @MaxLength(MAX_NAME) collection_name?: string | null;
}

export class ProcessFileResponse {
  status: boolean;
  /** Null when nothing is indexed (`BYPASS_EMBEDDING_AND_RETRIEVAL`). */
  collection_name: string | null;
  filename: string;
  content: string;
}

export class ProcessTextRequest {
  @IsString() @MaxLength(MAX_NAME) name: string;
  @IsString() @MaxLength(MAX_TEXT) content: string;

  /** By default the SHA-256 of the text. A collection that exists is left as it is. */
  @IsOptional() @IsString() @MaxLength(MAX_NAME) collection_name?: string | null;
}

export class ProcessTextResponse {
  status: boolean;
  collection_name: string;
  content: string;
}

export class ProcessUrlRequest {
  @IsString() @MaxLength(MAX_URL) url: string;

  /** By default a digest of the URL. It is replaced. */
  @IsOptional() @IsString() @MaxLength(MAX_NAME) collection_name?: string | null;
}

export class ProcessedPage {
  data: { content: string };
  meta: { name: string; source: string };
}

export class ProcessUrlResponse {
  status: boolean;
  /** Null when nothing is indexed (`BYPASS_WEB_SEARCH_EMBEDDING_AND_RETRIEVAL`). */
  collection_name: string | null;
  /** The URL. */
  filename: string;
  file: ProcessedPage;
}

/** A file as the client knows it; the server reads its own row. */
@KeepUnknownKeys()
export class BatchFile {
  @IsString() id: string;
  @IsOptional() @IsObject() data?: Record<string, unknown> | null;
}

export class ProcessFilesRequest {
  @IsArray() @ArrayMaxSize(MAX_FILES) @Nested(() => BatchFile, { each: true }) files: BatchFile[];

  @IsString() @MaxLength(MAX_NAME) collection_name: string;
}

export class ProcessedFile {
  file_id: string;
  /** `completed` or `failed`. */
  status: string;
  error: string | null;
}

export class ProcessFilesResponse {
  results: ProcessedFile[];
  errors: ProcessedFile[];
}

export class WebSearchRequest {
  @IsArray() @IsString({ each: true }) @ArrayMaxSize(MAX_QUERIES) queries: string[];
}

/** A result whose page was loaded. */
export class WebSearchItem {
  link: string;
  title: string | null;
  snippet: string | null;
}

/** A page, or the snippet of one. */
export class WebSearchDocument {
  content: string;
  metadata: Record<string, unknown>;
}

export class WebSearchResponse {
  status: boolean;
  /** With indexing: the collection of all pages. */
  collection_names?: string[];
  /** Null without indexing; see `docs`. */
  collection_name?: string | null;
  filenames: string[];
  items: WebSearchItem[];
  docs?: WebSearchDocument[];
  loaded_count: number;
}
