import { ArrayMaxSize, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { asString, isJsonObject, type JsonObject } from '../../common/util/json';
import { IsLaxBoolean, IsLaxInt, IsSmall, Nested } from '../../common/validation/fields';
import { MAX_CONTENT, MAX_NAME } from '../../common/validation/lengths';
import type { Manifest, SourceMeta } from '../sandbox/source/source.types';
import type { UserSummaryResponse } from '../users/users.dto';
import type { FunctionType, StoredFunction } from './function.entity';
import type { FunctionOverview } from './functions.types';

/** Each is loaded in the sandbox. */
const MAX_SYNCED = 1000;

export class FunctionRequest {
  /** A Python identifier; stored in lower case. Ignored by updates. */
  @IsString()
  id: string;

  @IsString()
  @MaxLength(MAX_NAME)
  name: string;

  /** The source: Python, JavaScript or TypeScript. */
  @IsString()
  @MaxLength(MAX_CONTENT)
  content: string;

  /** `description`, and any further keys. `manifest` is replaced by the frontmatter of the source, but not by a sync. */
  @IsObject()
  @IsSmall()
  meta: Record<string, unknown>;
}

export class SyncFunctionRequest extends FunctionRequest {
  /** Ignored: the administrator becomes the owner. */
  @IsString()
  user_id: string;

  /** Ignored: the source determines it. */
  @IsString()
  type: string;

  /** Absent or null: none. */
  @IsOptional()
  @IsObject()
  valves?: Record<string, unknown> | null;

  @IsOptional()
  @IsLaxBoolean()
  is_active?: boolean;

  @IsOptional()
  @IsLaxBoolean()
  is_global?: boolean;

  /** Ignored. */
  @IsLaxInt()
  updated_at: number;

  /** Unix seconds. */
  @IsLaxInt()
  created_at: number;
}

export class SyncFunctionsRequest {
  /** All functions of the installation: others are deleted. Absent: none. */
  @IsOptional()
  @ArrayMaxSize(MAX_SYNCED)
  @Nested(() => SyncFunctionRequest, { each: true })
  functions?: SyncFunctionRequest[];
}

export class FunctionExportQuery {
  /** With the valves, which may hold API keys. */
  @IsOptional()
  @IsLaxBoolean()
  include_valves?: boolean;
}

export class FunctionResponse {
  id: string;
  /** Id of the administrator who created it. */
  user_id: string;
  /** `pipe`, `filter` or `action`. */
  type: FunctionType;
  name: string;
  /** `description`, `manifest` (the frontmatter), `toggle` of filters that users switch on, and further keys. */
  meta: Record<string, unknown>;
  is_active: boolean;
  /** Filters and actions: applies to all models. */
  is_global: boolean;
  /** Unix seconds. */
  updated_at: number;
  /** Unix seconds. */
  created_at: number;
}

export class FunctionSourceResponse extends FunctionResponse {
  /** The source. */
  content: string;
}

export class FunctionUserResponse extends FunctionSourceResponse {
  /** The owner; null when the account was deleted. */
  user: UserSummaryResponse | null;
}

export class FunctionValvesResponse extends FunctionSourceResponse {
  /** Stored valves. Absent unless requested; null: none, and always in the response of a sync. */
  valves?: Record<string, unknown> | null;
}

/** `meta` as stored: it includes extra keys of the client. `toggle` is derived from the source on reads. */
export function toFunctionMeta(meta: JsonObject, manifest: Manifest): SourceMeta {
  const { description, manifest: _given, toggle: _derived, ...extra } = meta;
  return { description: asString(description) ?? null, manifest, ...extra };
}

/** The manifest in `meta` of an export; undefined when it is none. */
export function manifestIn({ manifest }: JsonObject): Manifest | undefined {
  const isManifest = isJsonObject(manifest) && Object.values(manifest).every((value) => typeof value === 'string');
  return isManifest ? (manifest as Manifest) : undefined;
}

const metaOf = ({ type, meta, definition }: FunctionOverview): JsonObject =>
  type === 'filter' && definition.toggle ? { ...meta, toggle: true } : meta;

export const toFunctionResponse = (row: FunctionOverview): FunctionResponse => ({
  id: row.id,
  user_id: row.userId,
  type: row.type,
  name: row.name,
  meta: metaOf(row),
  is_active: row.isActive,
  is_global: row.isGlobal,
  updated_at: row.updatedAt,
  created_at: row.createdAt,
});

/** Of a function that was just saved: clients expect `toggle` only when they read it again. */
export const toSavedFunctionResponse = (row: StoredFunction): FunctionSourceResponse => ({
  ...toFunctionSourceResponse(row),
  meta: row.meta,
});

export const toFunctionSourceResponse = (row: StoredFunction): FunctionSourceResponse => ({
  ...toFunctionResponse(row),
  content: row.content,
});
