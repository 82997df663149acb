import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';
import type { FileProgress, FileStatus } from './files.types';

/** A file of one user. Its bytes are a blob (reference kind `file`), which a trigger releases with the row. */
@Entity('file')
@Index('file_owner', ['userId', 'createdAt'])
@Index('file_created', ['createdAt'])
export class File {
  @PrimaryColumn('text')
  id: string;

  /** The owner; files are deleted with the account. */
  @Column('text')
  userId: string;

  /** As its owner named it, without directories; see `safeFileName`. */
  @Column('text')
  filename: string;

  /** As the client declared it; never sniffed. */
  @Column('text', { nullable: true })
  contentType: string | null;

  /** Bytes. */
  @Column('bigint', { nullable: true, transformer: integer })
  size: number | null;

  /** Hexadecimal SHA-256 of the extracted text. */
  @Column('text', { nullable: true })
  hash: string | null;

  /** Null for a file that is not to be processed. */
  @Column('text', { nullable: true })
  status: FileStatus | null;

  /** Why the processing failed, as users read it. */
  @Column('text', { nullable: true })
  error: string | null;

  @Column('jsonb', { nullable: true })
  progress: FileProgress | null;

  /** Rises with each request to process the file. What an older request finds out is not stored. */
  @Column('integer', { default: 0 })
  revision: number;

  /** What clients see as `meta` beside name, type and size: `data` is the metadata of the upload. */
  @Column('jsonb')
  meta: JsonObject;

  @Column('boolean')
  hasBlob: boolean;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;
}
