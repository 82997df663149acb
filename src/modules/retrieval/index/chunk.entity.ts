import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { JsonObject } from '../../../common/util/json';

/** A passage: what searches return. */
@Entity('chunk')
@Index('chunk_position', ['documentId', 'position'], { unique: true })
export class Chunk {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'BY DEFAULT' })
  id: string;

  @Column('text')
  documentId: string;

  /** From 0. */
  @Column('integer')
  position: number;

  @Column('text')
  text: string;

  @Column('jsonb')
  metadata: JsonObject;
}

/** What full text search reads of a chunk; apart from it, because it is read for every match. */
@Entity('chunk_terms')
@Index('chunk_terms_document', ['documentId'])
export class ChunkTerms {
  @PrimaryColumn('bigint')
  chunkId: string;

  @Column('text')
  documentId: string;

  /** Stems and n-grams with their positions; see `termsSql`. */
  @Column('tsvector')
  terms: string;

  @Column('integer')
  termCount: number;

  /** Terms of the file name, title, headings, source and snippet. */
  @Column('tsvector')
  extra: string;

  @Column('integer')
  extraCount: number;
}

/** The vector of a chunk; apart from it, so that embedding it later rewrites neither the text nor its terms. */
@Entity('chunk_vector')
@Index('chunk_vector_document', ['documentId', 'chunkId'])
@Index('chunk_vector_space', ['spaceId'])
export class ChunkVector {
  @PrimaryColumn('bigint')
  chunkId: string;

  @Column('text')
  documentId: string;

  @Column('integer')
  spaceId: number;

  /** 32-bit floats, little-endian. */
  @Column('bytea')
  vector: Buffer;
}
