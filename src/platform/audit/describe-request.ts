import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import { asString, isJsonObject } from '../../common/util/json';
import type { RequestActor } from '../observability/request-id';
import type { NewAuditEntry } from './audit.repository';
import { masked } from './masking';

const MAX_HEADER = 500;

/** Fields of a body that tell what it is about, where the path does not; the first one counts. */
const NAMING_FIELDS = ['id', 'email', 'user', 'command', 'name'];

/** Method and path of the route, with the names of its parameters. */
export const routeOf = ({ method, route, path }: AuthenticatedRequest): string =>
  `${method} ${(route as { path?: string } | undefined)?.path ?? path}`;

/** What the request says of itself: everything of an entry but where it came from and how it ended. */
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

function detailsOf({ params, query, body }: AuthenticatedRequest): Record<string, unknown> {
  const parts = Object.entries({ params, query, body: isJsonObject(body) || Array.isArray(body) ? body : {} });
  return Object.fromEntries(
    parts.filter(([, part]) => Object.keys(part).length > 0).map(([name, part]) => [name, masked(part)]),
  );
}
