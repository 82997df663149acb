import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Role } from '../../common/auth/principal';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';

/** An account. Its credentials are in `auth`. */
@Entity('user')
@Index('user_created_at', ['createdAt', 'id'])
export class User {
  @PrimaryColumn('text')
  id: string;

  /** Lower case; unique by an index on `lower(email)`. */
  @Column('text')
  email: string;

  @Column('text')
  name: string;

  @Column('text')
  role: Role;

  /** A path, a URL, or a data URL of a raster image. */
  @Column('text')
  profileImageUrl: string;

  @Column('text', { nullable: true })
  bio: string | null;

  @Column('text', { nullable: true })
  gender: string | null;

  /** `YYYY-MM-DD`. */
  @Column('date', { nullable: true })
  dateOfBirth: string | null;

  @Column('text', { nullable: true })
  statusEmoji: string | null;

  @Column('text', { nullable: true })
  statusMessage: string | null;

  /** Unix seconds. */
  @Column('bigint', { nullable: true, transformer: integer })
  statusExpiresAt: number | null;

  /** Free-form; `json` preserves the order of the keys. */
  @Column('json', { nullable: true })
  info: JsonObject | null;

  /** Free-form: `{ui: {...}, …}` as saved by the client. */
  @Column('json', { nullable: true })
  settings: JsonObject | null;

  /** Identities in other systems: `{<provider>: {sub}}`, `ldap` for a directory. */
  @Column('jsonb', { nullable: true })
  oauth: JsonObject | null;

  /** Incremented to revoke all tokens of the account; a token holds the version at its time of issue. */
  @Column('integer', { default: 0 })
  tokenVersion: number;

  /** `jti` of the token that remained valid at the last increment of `tokenVersion`; null for none. */
  @Column('text', { nullable: true })
  keptSession: string | null;

  /** Unix seconds, as the two below. */
  @Column('bigint', { transformer: integer })
  lastActiveAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;

  @Column('bigint', { transformer: integer })
  createdAt: number;
}
