import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The local password of an account. */
@Entity('credential')
export class Credential {
  @PrimaryColumn('text')
  userId: string;

  /** bcrypt, `$2b$`; null for accounts without a local password. */
  @Column('text', { nullable: true })
  passwordHash: string | null;

  /** False: the account is deactivated. Passwords, tokens and API keys are refused. */
  @Column('boolean', { default: true })
  isActive: boolean;
}
