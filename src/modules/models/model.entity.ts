import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';

/**
 * Stored properties of a model. With a base it is a preset: a model that runs on the base. Without one it overrides the
 * provider's model of the same id, and shares it. Shareable; its grants are in `access_grant`.
 */
@Entity('model')
@Index('model_user', ['userId'])
export class Model {
  /** At most 256 characters; may contain `/`, `:` and dots. */
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

  /** Parameters of completions, including the system prompt (`system`). Hidden from users with read access only. */
  @Column('json')
  params: JsonObject;

  /** Client properties without the picture: `description`, `capabilities`, `tags`, ids of tools and filters, … */
  @Column('jsonb')
  meta: JsonObject;

  /** `meta.profile_image_url`, in its own column because it may be large: a path, a URL, or a data URL. */
  @Column('text', { nullable: true })
  profileImageUrl: string | null;

  /** False removes the model from the list; without a base also the provider's model. */
  @Column('boolean', { default: true })
  isActive: boolean;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;

  /** Increases with insertion; breaks ties in lists. */
  @Generated('increment')
  @Column({ type: 'bigint', insert: false, update: false, select: false })
  seq?: string;
}
