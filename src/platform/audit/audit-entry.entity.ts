import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { integer } from '../database/columns';

/** One security-relevant request. Rows are append-only; the table rejects updates, and deletion for one day. */
@Entity('audit_entry')
@Index('audit_entry_actor', ['actorId', 'id'])
@Index('audit_entry_at', ['at'])
export class AuditEntry {
  /** Increases with the time of the entry. */
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id: string;

  /** Unix milliseconds. */
  @Column('bigint', { transformer: integer })
  at: number;

  /** Null for an anonymous request. No foreign key: entries remain when the account is deleted. */
  @Column('text', { nullable: true })
  actorId: string | null;

  /** Name, address and role at that time. */
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

  /** Method and path of the route: `POST /api/v1/users/:user_id/update`; for retention `FORGET audit_entry`. */
  @Column('text')
  action: string;

  /** The id in the path, or an identifying field of the body. */
  @Column('text', { nullable: true })
  target: string | null;

  /** `success` or `failure`. */
  @Column('text')
  outcome: string;

  /** HTTP status. */
  @Column('integer')
  status: number;

  /** Path parameters and body; secrets masked, long values truncated. */
  @Column('jsonb')
  details: Record<string, unknown>;
}
