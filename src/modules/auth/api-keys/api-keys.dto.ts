import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { IsLaxInt, Nested } from '../../../common/validation/fields';
import { MAX_NAME } from '../../../common/validation/lengths';
import type { ApiKey } from './api-key.entity';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const MAX_SCOPES = 50;
const MAX_PATH = 255;
const MAX_RATE = 1_000_000;

export class ApiKeyResponse {
  /** `sk-` and 32 hexadecimal digits. */
  api_key: string;
}

/** A path with everything below it, and the methods allowed there. */
export class KeyScopeDto {
  /** `/api/v1/chats` */
  @IsString()
  @MaxLength(MAX_PATH)
  @Matches(/^(\/[^/\s?#]+)+\/?$/, { message: 'must be a path such as /api/v1/chats' })
  path: string;

  /** `GET`, `POST`, `PUT`, `PATCH`, `DELETE`; null for all. `GET` covers `HEAD`. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(METHODS, { each: true })
  methods?: string[] | null;
}

export class NamedKeyRequest {
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_NAME)
  name: string;

  /** Requests that the key may make; null for all permissions of its owner. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_SCOPES)
  @Nested(() => KeyScopeDto, { each: true })
  scopes?: KeyScopeDto[] | null;

  /** Expiry in Unix seconds; null for never. */
  @IsOptional()
  @IsLaxInt()
  @Min(0)
  expires_at?: number | null;

  /** Requests per minute, in addition to the owner's limit; null for no limit of its own. */
  @IsOptional()
  @IsLaxInt()
  @Min(1)
  @Max(MAX_RATE)
  requests_per_minute?: number | null;
}

export class NamedKeyResponse {
  id: string;
  /** Empty for the default key. */
  name: string;
  /** The key of `GET /api/v1/auths/api_key`. It can be replaced or revoked, but not changed. */
  is_default: boolean;
  /** The last characters of the key. */
  hint: string;
  /** Null: all permissions of its owner. */
  scopes: KeyScopeDto[] | null;
  /** Requests per minute; null for no limit of its own. */
  requests_per_minute: number | null;
  /** Unix seconds; null for never. */
  expires_at: number | null;
  /** Unix seconds, accurate to a minute; null when it was never used. */
  last_used_at: number | null;
  /** Unix seconds. */
  created_at: number;
}

export class CreatedKeyResponse extends NamedKeyResponse {
  /** The key itself; it is not shown again. */
  api_key: string;
}

export const toNamedKeyResponse = (key: ApiKey): NamedKeyResponse => ({
  id: key.id,
  name: key.name,
  is_default: key.sealed !== null,
  hint: key.hint,
  scopes: key.scopes && key.scopes.map(({ path, methods }) => ({ path, methods: methods && [...methods] })),
  requests_per_minute: key.requestsPerMinute,
  expires_at: key.expiresAt,
  last_used_at: key.lastUsedAt,
  created_at: key.createdAt,
});

/** The columns that the request changes; absent fields become null. */
export const toKeyChange = ({ name, scopes, expires_at, requests_per_minute }: NamedKeyRequest) => ({
  name,
  scopes: scopes?.map(({ path, methods }) => ({ path: path.replace(/\/$/, ''), methods: methods ?? null })) ?? null,
  expiresAt: expires_at ?? null,
  requestsPerMinute: requests_per_minute ?? null,
});
