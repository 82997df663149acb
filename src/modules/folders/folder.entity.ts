import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';

/** A place for chats of one person; folders lie in folders. Names are unique among siblings, whatever their case. */
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

  /** `meta.icon` when it is a text: lists show it and nothing else of `meta`, which may hold a picture. */
  @Column('text', { nullable: true })
  icon: string | null;

  /** The client's: `icon`, `background_image_url`, … `json` keeps key order. */
  @Column('json', { nullable: true })
  meta: JsonObject | null;

  /** The client's: `system_prompt`, `files`, `model_ids`, … */
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
