import { IsArray, IsObject, IsOptional, IsString } from 'class-validator';
import { IsLaxBoolean, IsLaxInt, Nested } from '../../common/validation/fields';

/** A chat as an export has it; other keys of an exported chat, its id among them, are ignored. */
export class ImportChatRequest {
  /** The client's object. */
  @IsObject()
  chat: Record<string, unknown>;

  /** `{tags: [tag id…]}`, and any other key. */
  @IsOptional()
  @IsObject()
  meta?: Record<string, unknown> | null;

  @IsOptional()
  @IsLaxBoolean()
  pinned?: boolean | null;

  /** One of the caller's folders; any other counts as none. */
  @IsOptional()
  @IsString()
  folder_id?: string | null;

  /** Unix seconds; 0 or absent = now. */
  @IsOptional()
  @IsLaxInt()
  created_at?: number | null;

  /** Unix seconds; 0 or absent = now. */
  @IsOptional()
  @IsLaxInt()
  updated_at?: number | null;
}

export class ImportChatsRequest {
  @IsArray()
  @Nested(() => ImportChatRequest, { each: true })
  chats: ImportChatRequest[];
}

export class ImportFailure {
  /** Counts from 1. */
  line: number;
  /** Why it was not imported. */
  detail: string;
}

export class ImportReportResponse {
  /** Chats that are new. */
  imported: number;
  /** Lines that had been imported before. */
  known: number;
  failed: number;
  /** The first 1,000 of those that failed. */
  failures: ImportFailure[];
}
