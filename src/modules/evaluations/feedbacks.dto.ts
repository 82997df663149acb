import { ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import type { Role } from '../../common/auth/principal';
import { IsLaxInt, IsSmall, IsStringOrInteger, KeepUnknownKeys, Nested } from '../../common/validation/fields';
import { MAX_DESCRIPTION, MAX_NAME } from '../../common/validation/lengths';
import type { User } from '../users/user.entity';
import type { Feedback, FeedbackBrief } from './feedback.entity';

/** Replies to one message that are compared with each other. */
const MAX_SIBLINGS = 100;
/** Characters as JSON: lists load both. */
const MAX_DATA = 60_000;
const MAX_META = 20_000;

/** The rating. Further keys, such as `tags` and `details`, are stored. */
@KeepUnknownKeys()
export class FeedbackData {
  /** `1` or `-1`, as clients send it. */
  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'integer' }], nullable: true })
  @IsOptional()
  @IsStringOrInteger()
  rating?: string | number | null;

  /** The model that replied. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  model_id?: string | null;

  /** Models of the other replies to the same message. */
  @ApiPropertyOptional({ type: [String], nullable: true })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @ArrayMaxSize(MAX_SIBLINGS)
  @MaxLength(MAX_NAME, { each: true })
  sibling_model_ids?: string[] | null;

  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION)
  reason?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION)
  comment?: string | null;

  [key: string]: unknown;
}

/** The chat at the time of the rating. Further keys are stored. */
@KeepUnknownKeys()
export class FeedbackSnapshot {
  /** As `GET /api/v1/chats/{id}` returns it. */
  @IsOptional()
  @IsObject()
  chat?: Record<string, unknown> | null;

  [key: string]: unknown;
}

/** Marked, because the mark of the outer class counts for the nested ones; other keys are ignored. */
@KeepUnknownKeys()
export class FeedbackRequest {
  /** Clients send `rating`. A change ignores it. */
  @IsString()
  @MaxLength(MAX_NAME)
  type: string;

  @IsOptional()
  @Nested(() => FeedbackData)
  @IsSmall(MAX_DATA)
  data?: FeedbackData | null;

  /** `chat_id` must be a chat of the user, or `local` for a chat that is not stored. */
  @IsOptional()
  @IsObject()
  @IsSmall(MAX_META)
  meta?: Record<string, unknown> | null;

  @IsOptional()
  @Nested(() => FeedbackSnapshot)
  snapshot?: FeedbackSnapshot | null;
}

export class FeedbackListQuery {
  /** `username`, `model_id`, `rating` or `updated_at`; otherwise by creation. */
  @IsOptional()
  @IsString()
  order_by?: string;

  /** `asc`; anything else is descending. */
  @IsOptional()
  @IsString()
  direction?: string;

  /** Starts at 1; 30 ratings per page. */
  @IsOptional()
  @IsLaxInt()
  page?: number = 1;
}

export class FeedbackResponse {
  id: string;
  /** Id of the user who rated. */
  user_id: string;
  /** Always 0. */
  version: number;
  type: string;
  /** `rating`, `model_id`, `sibling_model_ids`, `reason` and `comment`, and what else was sent. */
  data: Record<string, unknown> | null;
  meta: Record<string, unknown> | null;
  /** `chat`: the chat at the time of the rating. */
  snapshot: Record<string, unknown> | null;
  /** Unix seconds. */
  created_at: number;
  /** Unix seconds. */
  updated_at: number;
}

export class FeedbackBriefResponse extends OmitType(FeedbackResponse, ['snapshot']) {}

/** The account of a rating. */
export class FeedbackAuthorResponse {
  /** UUID. */
  id: string;
  name: string;
  email: string;
  /** `pending`, `user` or `admin`. */
  role: Role;
  /** Unix seconds. */
  last_active_at: number;
  /** Unix seconds. */
  updated_at: number;
  /** Unix seconds. */
  created_at: number;
}

export class FeedbackUserResponse extends FeedbackBriefResponse {
  /** Null in the list of own ratings. */
  user: FeedbackAuthorResponse | null;
}

export class FeedbackListResponse {
  items: FeedbackUserResponse[];
  /** Number of ratings on all pages. */
  total: number;
}

export type FeedbackAuthor = Pick<User, 'id' | 'name' | 'email' | 'role' | 'lastActiveAt' | 'updatedAt' | 'createdAt'>;

export const toFeedbackResponse = (feedback: Feedback): FeedbackResponse => {
  const { created_at, updated_at, ...brief } = toFeedbackBriefResponse(feedback);
  return { ...brief, snapshot: feedback.snapshot, created_at, updated_at };
};

export const toFeedbackBriefResponse = (feedback: FeedbackBrief): FeedbackBriefResponse => ({
  id: feedback.id,
  user_id: feedback.userId,
  version: feedback.version,
  type: feedback.type,
  data: feedback.data,
  meta: feedback.meta,
  created_at: feedback.createdAt,
  updated_at: feedback.updatedAt,
});

export const toFeedbackUserResponse = (feedback: FeedbackBrief, author?: FeedbackAuthor): FeedbackUserResponse => ({
  ...toFeedbackBriefResponse(feedback),
  user: author ? toAuthorResponse(author) : null,
});

const toAuthorResponse = (user: FeedbackAuthor): FeedbackAuthorResponse => ({
  id: user.id,
  name: user.name,
  email: user.email,
  role: user.role,
  last_active_at: user.lastActiveAt,
  updated_at: user.updatedAt,
  created_at: user.createdAt,
});
