import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { KeyScope } from '../../common/auth/key-scope';
import { integer } from '../../platform/database/columns';

@Entity('api_key')
@Index('api_key_fingerprint', ['fingerprint'], { unique: true })
@Index('api_key_user', ['userId'])
export class ApiKey {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  userId: string;

  /** Keyed hash by which a request finds the key. */
  @Column('text')
  fingerprint: string;

  /** The encrypted key itself, for the one key of the contract, which shows it again; null for named keys. */
  @Column('text', { nullable: true })
  sealed: string | null;

  /** Empty for the one key of the contract. */
  @Column('text', { default: '' })
  name: string;

  /** The last characters of the key, by which its owner knows it again. */
  @Column('text', { default: '' })
  hint: string;

  /** Null: good for everything its owner may do. */
  @Column('jsonb', { nullable: true })
  scopes: KeyScope[] | null;

  /** Its own limit, besides that of its owner; null for none. */
  @Column('integer', { nullable: true })
  requestsPerMinute: number | null;

  /** Unix seconds, like all below; null never expires. */
  @Column('bigint', { nullable: true, transformer: integer })
  expiresAt: number | null;

  @Column('bigint', { nullable: true, transformer: integer })
  lastUsedAt: number | null;

  @Column('bigint', { transformer: integer })
  createdAt: number;
}
