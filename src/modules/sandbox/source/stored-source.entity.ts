import { Column, Generated, PrimaryColumn } from 'typeorm';
import { integer } from '../../../platform/database/columns';
import type { SourceDefinition, SourceMeta } from './source.types';

/** The columns that tools and functions share. */
export abstract class StoredSource {
  /** A Python identifier in lower case. */
  @PrimaryColumn('text')
  id: string;

  /** The owner. No foreign key: rows remain when the account is deleted. */
  @Column('text')
  userId: string;

  @Column('text')
  name: string;

  /** The source. */
  @Column('text')
  content: string;

  /** `json` preserves the order of the keys, here and below. */
  @Column('json')
  meta: SourceMeta;

  /** Encrypted; null without valves. */
  @Column('text', { nullable: true })
  valves: string | null;

  @Column('json')
  definition: SourceDefinition;

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
