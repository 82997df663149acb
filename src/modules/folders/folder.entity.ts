import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';

/** A folder of chats of one user; folders nest. Names are unique among siblings, ignoring case. */
@Entity('folder')
@Index('folder_owner', ['id', 'userId'], { unique: true })
@Index('folder_parent_user', ['parentId', 'userId'])
export class Folder {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  userId: string;

  /** Null at the top. Always a folder of the same owner. */
  @Column('text', { nullable: true })
  parentId: string | null;

  @Column('text')
  name: string;

  /** `meta.icon` if it is a string. A copy, since lists must not load `meta`, which may contain a picture. */
  @Column('text', { nullable: true })
  icon: string | null;

  /** Set by clients: `icon`, `background_image_url`, … `json` preserves key order. */
  @Column('json', { nullable: true })
  meta: JsonObject | null;

  /** Set by clients: `system_prompt`, `files`, `model_ids`, … */
  @Column('json', { nullable: true })
  data: JsonObject | null;

  @Column('boolean', { default: false })
  isExpanded: boolean;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;
}

/** The columns that lists show. */
export interface FolderSummary extends Pick<
  Folder,
  'id' | 'name' | 'parentId' | 'isExpanded' | 'icon' | 'createdAt' | 'updatedAt'
> {
  hasMeta: boolean;
}
