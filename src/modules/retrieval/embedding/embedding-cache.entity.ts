import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../../platform/database/columns';

/** The vector of a text, so that a retry or another copy of the text costs no request. */
@Entity('embedding_cache')
@Index('embedding_cache_used', ['usedAt'])
export class EmbeddingCacheEntry {
  @PrimaryColumn('integer')
  spaceId: number;

  /** SHA-256 of the text. */
  @PrimaryColumn('bytea')
  hash: Buffer;

  /** 32-bit floats, little-endian. */
  @Column('bytea')
  vector: Buffer;

  /** Unix seconds, accurate to a day. */
  @Column('bigint', { transformer: integer })
  usedAt: number;
}
