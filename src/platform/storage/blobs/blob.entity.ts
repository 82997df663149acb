import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../database/columns';

/** Content in the storage, once for all that refer to it. */
@Entity('blob')
export class Blob {
  @PrimaryColumn('text')
  id: string;

  /** Of the object in the storage. Never used again, so that a late deletion cannot hit newer content. */
  @Column('text')
  key: string;

  /** Hexadecimal SHA-256; null unless stored, and for content from before blobs, which is never deduplicated. */
  @Index('blob_hash', { unique: true })
  @Column('text', { nullable: true })
  hash: string | null;

  /** Bytes. */
  @Column('bigint', { transformer: integer })
  size: number;

  /** `writing`: the row is committed before the first byte; `removed`: the object is deleted, then the row. */
  @Column('text')
  state: 'writing' | 'stored' | 'removed';

  /** Unix seconds of the last write of this content; it stays for a day without a reference. */
  @Column('bigint', { transformer: integer })
  claimedAt: number;

  /** Writes of this content. With one, its writer may discard it. */
  @Column('integer', { default: 1 })
  claims: number;
}
