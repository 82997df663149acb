import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';

/** A named set of files that models search. Shareable; its grants are in `access_grant`. */
@Entity('knowledge')
@Index('knowledge_user', ['userId'])
export class Knowledge {
  @PrimaryColumn('text')
  id: string;

  /** The owner. Outlives that account, so it has no foreign key. */
  @Column('text')
  userId: string;

  @Column('text')
  name: string;

  @Column('text')
  description: string;

  /** Unused; clients know the key. */
  @Column('json', { nullable: true })
  meta: JsonObject | null;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  /** Unix seconds of the last change of the base or of its list of files. */
  @Column('bigint', { transformer: integer })
  updatedAt: number;

  /** Rises with the insertion; breaks ties in lists. */
  @Generated('increment')
  @Column({ type: 'bigint', insert: false, update: false, select: false })
  seq?: string;
}
