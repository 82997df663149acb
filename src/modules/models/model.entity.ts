import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';

/**
 * What is known here about a model. With a base it is a preset: a model of its own that runs on the base. Without, it
 * is laid over the provider's model of the same id, and opens it to others. Shareable; its grants are in `access_grant`.
 */
@Entity('model')
@Index('model_user', ['userId'])
export class Model {
  /** At most 256 characters; may hold `/`, `:` and dots. */
  @PrimaryColumn('text')
  id: string;

  /** The owner. */
  @Column('text')
  userId: string;

  /** Id of the provider's model that runs the preset. */
  @Column('text', { nullable: true })
  baseModelId: string | null;

  @Column('text')
  name: string;

  /** Parameters of completions, the system prompt (`system`) among them. Not for those who may only read. */
  @Column('json')
  params: JsonObject;

  /** What clients keep, without the picture: `description`, `capabilities`, `tags`, ids of tools and filters, … */
  @Column('jsonb')
  meta: JsonObject;

  /** `meta.profile_image_url`, in a column of its own because it may be large: a path, an URL, or a data URL. */
  @Column('text', { nullable: true })
  profileImageUrl: string | null;

  /** False takes it out of the list; without a base also the provider's model. */
  @Column('boolean', { default: true })
  isActive: boolean;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;
}
