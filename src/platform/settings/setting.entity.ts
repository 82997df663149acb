import { Column, Entity, PrimaryColumn } from 'typeorm';
import { integer } from '../database/columns';

/** The saved override of one field, which may equal the default. */
@Entity('setting')
export class Setting {
  @PrimaryColumn('text')
  section: string;

  @PrimaryColumn('text')
  key: string;

  /** The value; encrypted for secret fields. */
  @Column('jsonb')
  value: unknown;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  updatedAt: number;
}
