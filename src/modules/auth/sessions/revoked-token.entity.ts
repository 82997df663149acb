import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../../platform/database/columns';

/** A token that was signed out before it expired. */
@Entity('revoked_token')
@Index('revoked_token_expires_at', ['expiresAt'])
export class RevokedToken {
  @PrimaryColumn('text')
  jti: string;

  /** Unix seconds after which the row may be deleted; null for tokens that never expire. */
  @Column('bigint', { nullable: true, transformer: integer })
  expiresAt: number | null;
}
