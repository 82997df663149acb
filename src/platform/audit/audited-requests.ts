import type { IncomingHttpHeaders } from 'node:http';

const METHODS = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** Always: they show who got in, and who tried. Sign-out is a GET. */
const SESSIONS = /^\/api\/v1\/auths\/(signin|signup|signout|ldap)\/?$/;

/** Whether the audit file has a line for this request. `excluded`: first parts of paths, as whole words. */
export function isRequestAudited(
  { method, path, headers }: { method: string; path: string; headers: IncomingHttpHeaders },
  excluded: readonly string[],
): boolean {
  if (SESSIONS.test(path)) return true;
  if (!METHODS.has(method) || !hasCredentials(headers)) return false;
  const rest = /^\/api\/(?:v1\/)?(.*)$/.exec(path)?.[1];
  return rest === undefined || !excluded.some((part) => rest.startsWith(part) && !/^\w/.test(rest.slice(part.length)));
}

const hasCredentials = ({ authorization, cookie, 'x-api-key': key }: IncomingHttpHeaders): boolean =>
  authorization !== undefined || key !== undefined || /(^|;\s*)token=/.test(cookie ?? '');
