import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import { asString, isJsonObject } from '../../common/util/json';
import type { RequestActor } from '../observability/request-id';
import type { NewAuditEntry } from './audit.repository';
import { auditedOptionsOf } from './audited.decorator';
import { masked } from './masking';

const MAX_HEADER = 500;

/** Fields of a body that identify its target when the path does not; the first present one is used. */
const NAMING_FIELDS = ['id', 'email', 'user', 'command', 'name'];

/** Method and path template of the route. */
export const routeOf = ({ method, route, path }: AuthenticatedRequest): string =>
  `${method} ${(route as { path?: string } | undefined)?.path ?? path}`;

/** The part of an entry that the request determines: all but origin and outcome. */
export function describeRequest(
  request: AuthenticatedRequest,
  action: string,
  actor: RequestActor | undefined,
): Omit<NewAuditEntry, 'address' | 'requestId' | 'status' | 'outcome'> {
  return {
    at: Date.now(),
    ...describeActor(actor),
    credential: credentialOf(request),
    userAgent: request.get('user-agent')?.slice(0, MAX_HEADER) ?? null,
    action,
    target: targetOf(request),
    details: detailsOf(request),
  };
}

const describeActor = (actor: RequestActor | undefined) => ({
  actorId: actor?.id ?? null,
  actorName: actor?.name ?? null,
  actorEmail: actor?.email ?? null,
  actorRole: actor?.role ?? null,
});

function credentialOf({ user }: AuthenticatedRequest): string | null {
  if (!user) return null;
  return user.credential.kind === 'api_key' ? `api_key:${user.credential.keyId}` : 'session';
}

function targetOf({ params, body }: AuthenticatedRequest): string | null {
  const inPath = Object.values(params).flat()[0];
  const named = isJsonObject(body) ? NAMING_FIELDS.map((name) => asString(body[name])).find(Boolean) : undefined;
  return (inPath || named)?.slice(0, MAX_HEADER) ?? null;
}

function detailsOf(request: AuthenticatedRequest): Record<string, unknown> {
  const { params, query } = request;
  const { secrets = [], hidesBody = false } = auditedOptionsOf(request);
  const body: unknown = hidesBody ? undefined : request.body;
  const parts = Object.entries({ params, query, body: isJsonObject(body) || Array.isArray(body) ? body : {} });
  return Object.fromEntries(
    parts.filter(([, part]) => Object.keys(part).length > 0).map(([name, part]) => [name, masked(part, secrets)]),
  );
}
