import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How an account signs in with a password. */
@Entity('credential')
export class Credential {
  @PrimaryColumn('text')
  userId: string;

  /** bcrypt, `$2b$`; null for accounts that sign in elsewhere. */
  @Column('text', { nullable: true })
  passwordHash: string | null;

  /** False bars every way in: password, token and API key. */
  @Column('boolean', { default: true })
  isActive: boolean;
}
