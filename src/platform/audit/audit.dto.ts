import { IsIn, IsNumberString, IsOptional, IsString } from 'class-validator';
import { IsLaxInt } from '../../common/validation/fields';
import type { AuditEntry } from './audit-entry.entity';

export class AuditQuery {
  /** Who did it. */
  @IsOptional()
  @IsString()
  user_id?: string;

  /** Part of method and path: `POST /api/v1/groups`. */
  @IsOptional()
  @IsString()
  action?: string;

  /** The id that it was done to. */
  @IsOptional()
  @IsString()
  target?: string;

  @IsOptional()
  @IsIn(['success', 'failure'])
  outcome?: string;

  /** Unix seconds, inclusive. */
  @IsOptional()
  @IsLaxInt()
  from?: number;

  /** Unix seconds, exclusive. */
  @IsOptional()
  @IsLaxInt()
  to?: number;

  /** `next` of the page before. */
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  before?: string;
}

export class AuditEntryResponse {
  /** Rises with the time. */
  id: string;
  /** Unix seconds, with fractions. */
  timestamp: number;
  /** Null: nobody was signed in. */
  user: { id: string; name: string | null; email: string | null; role: string | null } | null;
  /** `session`, or `api_key:<id of the key>`. */
  credential: string | null;
  source_ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  /** Method and path of the route. */
  action: string;
  /** The id that it was done to. */
  target: string | null;
  /** `success` or `failure`. */
  outcome: string;
  /** HTTP status. */
  status: number;
  /** Parameters and body, secrets masked, long values cut. */
  details: Record<string, unknown>;
}

export class AuditListResponse {
  /** Newest first. */
  entries: AuditEntryResponse[];
  /** `before` of the next page; null when this is the last one. */
  next: string | null;
}

export const toAuditEntryResponse = (entry: AuditEntry): AuditEntryResponse => ({
  id: entry.id,
  timestamp: entry.at / 1000,
  user:
    entry.actorId === null
      ? null
      : { id: entry.actorId, name: entry.actorName, email: entry.actorEmail, role: entry.actorRole },
  credential: entry.credential,
  source_ip: entry.address,
  user_agent: entry.userAgent,
  request_id: entry.requestId,
  action: entry.action,
  target: entry.target,
  outcome: entry.outcome,
  status: entry.status,
  details: entry.details,
});
