import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../../platform/database/columns';

/** What a provider gave for a sign-in: kept to call other services as the user, and to end the session there. */
@Entity('oauth_session')
@Index('oauth_session_user', ['userId', 'provider'])
export class OAuthSession {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  userId: string;

  @Column('text')
  provider: string;

  /** The tokens as sealed JSON. */
  @Column('text')
  sealed: string;

  /** Unix seconds; null when the provider does not say. */
  @Column('bigint', { nullable: true, transformer: integer })
  expiresAt: number | null;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;
}
