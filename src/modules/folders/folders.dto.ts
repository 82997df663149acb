import { PickType } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsLaxBoolean, IsSmall } from '../../common/validation/fields';
import { MAX_NAME } from '../../common/validation/lengths';
import type { Folder, FolderSummary } from './folder.entity';

export class CreateFolderRequest {
  /** Unique among the folders at the top, ignoring case. */
  @IsString()
  @MaxLength(MAX_NAME)
  name: string;

  /** `system_prompt`, `files`, `model_ids`, and any other key. */
  @IsOptional()
  @IsObject()
  @IsSmall()
  data?: Record<string, unknown> | null;

  /** `icon`, `background_image_url`, and any other key. */
  @IsOptional()
  @IsObject()
  @IsSmall()
  meta?: Record<string, unknown> | null;
}

/** Null counts as absent: no change. */
export class UpdateFolderRequest {
  /** Unique among its siblings, ignoring case. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  name?: string | null;

  /** The keys to set; others are unchanged. */
  @IsOptional()
  @IsObject()
  @IsSmall()
  data?: Record<string, unknown> | null;

  /** The keys to set; others are unchanged. */
  @IsOptional()
  @IsObject()
  @IsSmall()
  meta?: Record<string, unknown> | null;
}

export class MoveFolderRequest {
  /** An own folder that is not below this one; null or absent moves it to the top. */
  @IsOptional()
  @IsString()
  parent_id?: string | null;
}

export class ExpandFolderRequest {
  @IsLaxBoolean()
  is_expanded: boolean;
}

export class FolderIcon {
  /** An emoji's short name. */
  icon: string | null;
}

export class FolderResponse {
  id: string;
  /** Null at the top. */
  parent_id: string | null;
  /** Id of the owner. */
  user_id: string;
  name: string;
  /** Always null; exists for older clients. */
  items: Record<string, unknown> | null;
  meta: Record<string, unknown> | null;
  data: Record<string, unknown> | null;
  is_expanded: boolean;
  /** Unix seconds. */
  created_at: number;
  /** Unix seconds. */
  updated_at: number;
}

const SUMMARY = ['id', 'name', 'parent_id', 'is_expanded', 'created_at', 'updated_at'] as const;

export class FolderSummaryResponse extends PickType(FolderResponse, SUMMARY) {
  /** Only the icon of the stored `meta`. */
  meta: FolderIcon | null;
}

export const toFolderSummaryResponse = (folder: FolderSummary): FolderSummaryResponse => ({
  id: folder.id,
  name: folder.name,
  meta: folder.hasMeta ? { icon: folder.icon } : null,
  parent_id: folder.parentId,
  is_expanded: folder.isExpanded,
  created_at: folder.createdAt,
  updated_at: folder.updatedAt,
});

export const toFolderResponse = (folder: Folder): FolderResponse => ({
  id: folder.id,
  parent_id: folder.parentId,
  user_id: folder.userId,
  name: folder.name,
  items: null,
  meta: folder.meta,
  data: folder.data,
  is_expanded: folder.isExpanded,
  created_at: folder.createdAt,
  updated_at: folder.updatedAt,
});
