import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../../../platform/database/columns';

/** The tokens of a sign-in at a provider, stored to call other services as the user and to sign out at the provider. */
@Entity('oauth_session')
@Index('oauth_session_user', ['userId', 'provider'])
export class OAuthSession {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  userId: string;

  @Column('text')
  provider: string;

  /** The tokens as encrypted JSON. */
  @Column('text')
  sealed: string;

  /** Unix seconds; null when unknown. */
  @Column('bigint', { nullable: true, transformer: integer })
  expiresAt: number | null;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;
}
