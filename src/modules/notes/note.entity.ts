import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';

/** A document that its owner and users with write access edit together. Shareable; its grants are in `access_grant`. */
@Entity('note')
@Index('note_user', ['userId', 'updatedAt'])
export class Note {
  /** Time-ordered. */
  @PrimaryColumn('text')
  id: string;

  /** The owner. No foreign key: shared rows remain when the account is deleted. */
  @Column('text')
  userId: string;

  @Column('text')
  title: string;

  /** `content` (`json`, `html`, `md`), `versions`, `files`, and any other key. `json` preserves the order of keys. */
  @Column('json', { nullable: true })
  data: JsonObject | null;

  @Column('json', { nullable: true })
  meta: JsonObject | null;

  /** Unix nanoseconds, see `nowNanoseconds`. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;
}

/** The columns of the list of titles. */
export type NoteTitle = Pick<Note, 'id' | 'title' | 'createdAt' | 'updatedAt'>;
