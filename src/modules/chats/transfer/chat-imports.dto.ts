import { IsArray, IsObject, IsOptional, IsString } from 'class-validator';
import { IsLaxBoolean, IsLaxInt, Nested } from '../../../common/validation/fields';

/** A chat in the shape of an export; its other keys, such as `id`, are ignored. */
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

  /** Applied by `import/lines`; `import` unarchives chats, as its clients expect. */
  @IsOptional()
  @IsLaxBoolean()
  archived?: boolean | null;

  /** An own folder; others are ignored. */
  @IsOptional()
  @IsString()
  folder_id?: string | null;

  /** Unix seconds; default for 0: now. */
  @IsOptional()
  @IsLaxInt()
  created_at?: number | null;

  /** Unix seconds; default for 0: now. */
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
  /** Starts at 1. */
  line: number;
  /** The reason of the failure. */
  detail: string;
}

export class ImportReportResponse {
  /** New chats. */
  imported: number;
  /** Chats that had been imported before. */
  known: number;
  failed: number;
  /** The first 1,000 failures. */
  failures: ImportFailure[];
}
