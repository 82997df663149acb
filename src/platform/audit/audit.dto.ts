import { IsIn, IsNumberString, IsOptional, IsString } from 'class-validator';
import { IsLaxInt } from '../../common/validation/fields';
import type { AuditEntry } from './audit-entry.entity';

export class AuditQuery {
  /** Id of the acting user. */
  @IsOptional()
  @IsString()
  user_id?: string;

  /** Part of method and path: `POST /api/v1/groups`. */
  @IsOptional()
  @IsString()
  action?: string;

  /** Id of the target. */
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

  /** `next` of the previous page. */
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  before?: string;
}

/** The account of a request, as it was at that time. */
export class AuditActorResponse {
  id: string;
  name: string | null;
  email: string | null;
  role: string | null;
}

export class AuditEntryResponse {
  /** Increases with time. */
  id: string;
  /** Unix seconds, with fractions. */
  timestamp: number;
  /** Null for a request without credentials. */
  user: AuditActorResponse | null;
  /** `session`, or `api_key:<id of the key>`. */
  credential: string | null;
  source_ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  /** Method and path of the route. */
  action: string;
  /** Id of the target. */
  target: string | null;
  /** `success` or `failure`. */
  outcome: string;
  /** HTTP status. */
  status: number;
  /** Parameters and body; secrets masked, long values truncated. */
  details: Record<string, unknown>;
}

export class AuditListResponse {
  /** Newest first. */
  entries: AuditEntryResponse[];
  /** `before` of the next page; null on the last page. */
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
