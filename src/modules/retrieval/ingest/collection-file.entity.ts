import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../../platform/database/columns';

/** A file in a named collection of an account: the collection has the file's document, not a copy of it. */
@Entity('collection_file')
@Index('collection_file_file', ['fileId'])
export class CollectionFile {
  /** Of the collection; collections are deleted with the account. */
  @PrimaryColumn('text')
  ownerId: string;

  @PrimaryColumn('text')
  collectionName: string;

  @PrimaryColumn('text')
  fileId: string;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;
}
