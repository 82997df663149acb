import { Column, Entity, PrimaryColumn } from 'typeorm';
import { integer } from '../database/columns';

/** One saved override of one field; what equals its default has no row. */
@Entity('setting')
export class Setting {
  @PrimaryColumn('text')
  section: string;

  @PrimaryColumn('text')
  key: string;

  /** The value; of a secret field the sealed text. */
  @Column('jsonb')
  value: unknown;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  updatedAt: number;
}
