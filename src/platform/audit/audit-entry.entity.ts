import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { integer } from '../database/columns';

/** One request that matters for security. Rows are added, never changed and not deleted for a day: the table refuses it. */
@Entity('audit_entry')
@Index('audit_entry_actor', ['actorId', 'id'])
@Index('audit_entry_at', ['at'])
export class AuditEntry {
  /** Rises with the time of the entry. */
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id: string;

  /** Unix milliseconds. */
  @Column('bigint', { transformer: integer })
  at: number;

  /** Null: nobody was signed in. No foreign key: the entry outlives the account. */
  @Column('text', { nullable: true })
  actorId: string | null;

  /** Name, address and role as they were then. */
  @Column('text', { nullable: true })
  actorName: string | null;

  @Column('text', { nullable: true })
  actorEmail: string | null;

  @Column('text', { nullable: true })
  actorRole: string | null;

  /** `session`, `api_key:<id>`; null for none. */
  @Column('text', { nullable: true })
  credential: string | null;

  /** Network address. */
  @Column('text', { nullable: true })
  address: string | null;

  @Column('text', { nullable: true })
  userAgent: string | null;

  @Column('text', { nullable: true })
  requestId: string | null;

  /** Method and path of the route: `POST /api/v1/users/:user_id/update`; of the log itself `FORGET audit_entry`. */
  @Column('text')
  action: string;

  /** The id in the path, or what the body names. */
  @Column('text', { nullable: true })
  target: string | null;

  /** `success` or `failure`. */
  @Column('text')
  outcome: string;

  /** HTTP status. */
  @Column('integer')
  status: number;

  /** Parameters of the path and the body, secrets masked, long values cut. */
  @Column('jsonb')
  details: Record<string, unknown>;
}
