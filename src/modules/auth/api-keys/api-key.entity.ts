import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { KeyScope } from '../../../common/auth/key-scope';
import { integer } from '../../../platform/database/columns';

@Entity('api_key')
@Index('api_key_fingerprint', ['fingerprint'], { unique: true })
@Index('api_key_user', ['userId'])
export class ApiKey {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  userId: string;

  /** Keyed hash of the key. */
  @Column('text')
  fingerprint: string;

  /** The encrypted key for the default key, which the contract shows again; null for named keys. */
  @Column('text', { nullable: true })
  sealed: string | null;

  /** Empty for the default key. */
  @Column('text', { default: '' })
  name: string;

  /** The last characters of the key. */
  @Column('text', { default: '' })
  hint: string;

  /** Null: all permissions of its owner. */
  @Column('jsonb', { nullable: true })
  scopes: KeyScope[] | null;

  /** In addition to the owner's limit; null for no limit of its own. */
  @Column('integer', { nullable: true })
  requestsPerMinute: number | null;

  /** Unix seconds, like all below; null = never. */
  @Column('bigint', { nullable: true, transformer: integer })
  expiresAt: number | null;

  @Column('bigint', { nullable: true, transformer: integer })
  lastUsedAt: number | null;

  @Column('bigint', { transformer: integer })
  createdAt: number;
}
