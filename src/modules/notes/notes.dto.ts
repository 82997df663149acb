import { IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsLaxInt, IsSmall, Nested, NullOr } from '../../common/validation/fields';
import { MAX_NAME } from '../../common/validation/lengths';
import { SharedWith, type AccessControl } from '../access/access-control.dto';
import { UserSummaryResponse } from '../users/users.dto';
import type { Note, NoteTitle } from './note.entity';

/** Characters as JSON. */
const MAX_META = 20_000;

export class CreateNoteRequest {
  @IsString()
  @MaxLength(MAX_NAME)
  title: string;

  /** `content`: the text as `json` (ProseMirror), `html` and `md`; `versions`, `files`, and any other key. */
  @IsOptional()
  @IsObject()
  @IsSmall()
  data?: Record<string, unknown> | null;

  @IsOptional()
  @IsObject()
  @IsSmall(MAX_META)
  meta?: Record<string, unknown> | null;

  /** `null` or absent = public, which needs `sharing.public_notes`; `{}` = private. */
  @IsOptional()
  @Nested(() => SharedWith)
  access_control?: SharedWith | null;
}

export class UpdateNoteRequest {
  @IsString()
  @MaxLength(MAX_NAME)
  title: string;

  /** The keys to set; others are unchanged. */
  @IsOptional()
  @IsObject()
  @IsSmall()
  data?: Record<string, unknown> | null;

  /** The keys to set; others are unchanged. */
  @IsOptional()
  @IsObject()
  @IsSmall(MAX_META)
  meta?: Record<string, unknown> | null;

  /** Absent = unchanged. Only the owner and administrators change it. */
  @IsOptional()
  @Nested(() => SharedWith)
  access_control?: SharedWith | null;
}

export class NoteTitlesQuery {
  /** Starts at 1; 60 notes per page. Without it all are listed. */
  @IsOptional()
  @NullOr()
  @IsLaxInt()
  page?: number;
}

export class NoteResponse {
  id: string;
  /** Id of the owner, whose account may have been deleted. */
  user_id: string;
  title: string;
  data: Record<string, unknown> | null;
  meta: Record<string, unknown> | null;
  /** `null` = public, `{}` = private. */
  access_control: SharedWith | null;
  /** Unix nanoseconds. */
  created_at: number;
  /** Unix nanoseconds. */
  updated_at: number;
}

export class NoteUserResponse extends NoteResponse {
  /** The owner; null when the account was deleted. */
  user: UserSummaryResponse | null;
}

export class NoteTitleResponse {
  id: string;
  title: string;
  /** Unix nanoseconds. */
  updated_at: number;
  /** Unix nanoseconds. */
  created_at: number;
}

/** Unknown sharing counts as private. */
export const toNoteResponse = (note: Note, accessControl: AccessControl = {}): NoteResponse => ({
  id: note.id,
  user_id: note.userId,
  title: note.title,
  data: note.data,
  meta: note.meta,
  access_control: accessControl,
  created_at: note.createdAt,
  updated_at: note.updatedAt,
});

export const toNoteTitleResponse = (note: NoteTitle): NoteTitleResponse => ({
  id: note.id,
  title: note.title,
  updated_at: note.updatedAt,
  created_at: note.createdAt,
});
