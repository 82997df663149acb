import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Role } from '../../common/auth/principal';
import type { JsonObject } from '../../common/util/json';
import { integer } from '../../platform/database/columns';

/** An account. How it signs in is in `auth`. */
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

  /** A path, an URL, or a data URL of a raster image. */
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

  /** Free-form; `json` keeps the order of the keys. */
  @Column('json', { nullable: true })
  info: JsonObject | null;

  /** Free-form: `{ui: {...}, …}` as the client saved it. */
  @Column('json', { nullable: true })
  settings: JsonObject | null;

  /** What other systems call the account: `{<provider>: {sub}}`, `ldap` for a directory. */
  @Column('jsonb', { nullable: true })
  oauth: JsonObject | null;

  /** Raised to revoke every token of the account; a token carries the version it was made with. */
  @Column('integer', { default: 0 })
  tokenVersion: number;

  /** Unix seconds, like the two below. */
  @Column('bigint', { transformer: integer })
  lastActiveAt: number;

  @Column('bigint', { transformer: integer })
  updatedAt: number;

  @Column('bigint', { transformer: integer })
  createdAt: number;
}
