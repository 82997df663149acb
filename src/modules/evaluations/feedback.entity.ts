import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';

/** A rating of a reply by the user who received it. */
@Entity('feedback')
@Index('feedback_user', ['userId'])
@Index('feedback_updated', ['updatedAt', 'id'])
export class Feedback {
  /** Time-ordered. */
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  userId: string;

  @Column('integer', { default: 0 })
  version: number;

  /** Any string; clients send `rating`. */
  @Column('text')
  type: string;

  /** `data.model_id`: a copy to sort by. */
  @Column('text', { nullable: true })
  modelId: string | null;

  /** `data.rating` as a number: a copy to sort by. Null when it is none. */
  @Column('bigint', { nullable: true, transformer: integer })
  rating: number | null;

  /** `json` preserves the order of keys. */
  @Column('json', { nullable: true })
  data: JsonObject | null;

  @Column('json', { nullable: true })
  meta: JsonObject | null;

  /** The whole chat as it was; up to megabytes. Lists do not select it. */
  @Column('json', { nullable: true })
  snapshot: JsonObject | null;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;
}

/** A rating without its snapshot. */
export type FeedbackBrief = Omit<Feedback, 'snapshot'>;
