import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../../common/util/json';
import { integer } from '../../../platform/database/columns';

/**
 * One indexed text: that of a file, or one of a collection of an account. Its rows never change after `isReady`: a new
 * text of the same file is a new document, which replaces the old one in one transaction.
 */
@Entity('source_document')
@Index('source_document_file', ['fileId'], { unique: true, where: 'is_ready' })
@Index('source_document_file_all', ['fileId'])
@Index('source_document_collection', ['ownerId', 'collectionName'])
@Index('source_document_pending', ['writer'], { where: '(NOT is_ready)' })
@Index('source_document_expiry', ['expiresAt'], { where: '(expires_at IS NOT NULL)' })
@Index('source_document_space', ['spaceId'])
export class SourceDocument {
  @PrimaryColumn('text')
  id: string;

  @Column('text', { nullable: true })
  fileId: string | null;

  /** Of a document without a file. */
  @Column('text', { nullable: true })
  ownerId: string | null;

  @Column('text', { nullable: true })
  collectionName: string | null;

  /** File name, title or URL. */
  @Column('text')
  name: string;

  /** Of the text, as the writer made it. */
  @Column('text')
  hash: string;

  @Column('jsonb')
  metadata: JsonObject;

  /** False while it is written: nothing of it is searched. */
  @Column('boolean')
  isReady: boolean;

  /** Node that writes it; see `ClusterBus.nodeId`. */
  @Column('integer')
  writer: number;

  @Column('integer')
  chunkCount: number;

  /** Terms of all chunks, each as often as it occurs. */
  @Column('bigint', { transformer: integer })
  termCount: number;

  /** Terms of what enriches the chunks. */
  @Column('bigint', { transformer: integer })
  extraCount: number;

  /** Text search configurations of the chunks. */
  @Column('text', { array: true })
  languages: string[];

  /** Space of the newest vectors. */
  @Column('integer', { nullable: true })
  spaceId: number | null;

  /** Chunks with a vector of that space. With the id it tells what is in memory from what is stored. */
  @Column('integer')
  vectorCount: number;

  /** Unix seconds; null: never. */
  @Column('bigint', { nullable: true, transformer: integer })
  expiresAt: number | null;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;
}
