import { Detail } from '../../src/common/errors/details';
import { newPermissionTree } from '../../src/modules/groups/permissions/permissions';
import { PermissionSettings } from '../../src/modules/groups/permissions/permission.settings';
import { TokenService } from '../../src/modules/auth/sessions/token.service';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { startTestApp, type TestApp } from './app';
import { asUser, type TestUser } from './as-user';
import { createGroup } from './factories/groups';
import { api } from './http';
import type { Route } from './routes';
import { AuthDetail } from '../../src/modules/auth/auth.errors';

export const CALLERS = [
  'anonymous',
  'revoked token',
  'pending',
  'user',
  'user with all permissions',
  'administrator',
  'key',
  'key in scope',
  'key out of scope',
] as const;
type Caller = (typeof CALLERS)[number];

export interface Walk {
  app: TestApp;
  /** A token or key that is good now: sign-out is one of the routes. */
  tokenOf(caller: Caller): string | undefined;
  close(): Promise<void>;
}

/** Long enough for a loaded machine; a route that answers later has let the caller in. */
const PATIENCE = 20_000;

/** How refusals by a rule, and not by the row or the body, look. */
const REFUSALS = new Map<unknown, string>([
  [Detail.notAuthenticated, '-'],
  [AuthDetail.revokedToken, 'r'],
  [AuthDetail.invalidToken, 'r'],
  [Detail.accessProhibited, 'p'],
  [Detail.unauthorized, 'p'],
  [AuthDetail.apiKeyEndpointNotAllowed, 'k'],
  [AuthDetail.apiKeyNotAllowed, 'k'],
]);

/** The application with one caller of each kind. No permission is granted by default. */
export async function startWalk(): Promise<Walk> {
  const app = await startTestApp({ ENABLE_API_KEYS: 'true', REQUEST_LIMIT_PER_MINUTE: '0', SIGNIN_ADDRESS_LIMIT: '0' });
  await asUser(app, 'admin');
  const [admin, plain, permitted, pending] = [
    await asUser(app, 'admin'),
    await asUser(app),
    await asUser(app),
    await asUser(app, 'pending'),
  ];
  await createGroup(admin, [permitted], everything(true));
  await app.get(SettingsStore).save(PermissionSettings, { defaults: everything(false) as never });
  const signedOut = app.get(TokenService).issue({ id: plain.id, tokenVersion: 0 }).token;
  await api(app.url, signedOut).get('/api/v1/auths/signout');
  const keys = {
    key: await keyOf(permitted, {}),
    'key in scope': await keyOf(permitted, { scopes: ['api', 'health', 'ready', 'openai', 'ollama'].map(below) }),
    'key out of scope': await keyOf(permitted, { scopes: [below('nowhere')] }),
  };
  const session = ({ id }: TestUser) => app.get(TokenService).issue({ id, tokenVersion: 0 }).token;
  const tokens: Record<Caller, () => string | undefined> = {
    anonymous: () => undefined,
    'revoked token': () => signedOut,
    pending: () => session(pending),
    user: () => session(plain),
    'user with all permissions': () => session(permitted),
    administrator: () => session(admin),
    key: () => keys.key,
    'key in scope': () => keys['key in scope'],
    'key out of scope': () => keys['key out of scope'],
  };
  return { app, tokenOf: (caller) => tokens[caller](), close: () => app.close() };
}

/** One mark for each caller. The request has an empty body and unknown ids. */
export async function outcomesOf({ app, tokenOf }: Walk, { method, path }: Route): Promise<string[]> {
  const verb = method === 'ALL' ? 'GET' : method;
  const url = path.replace(/\{?[:*]\w+\}?/g, 'none');
  const body = verb === 'GET' || verb === 'HEAD' ? undefined : {};
  const outcomes: string[] = [];
  for (const caller of CALLERS) {
    const send = api(app.url, tokenOf(caller)).request(verb, url, body, { signal: AbortSignal.timeout(PATIENCE) });
    outcomes.push(markOf(await send.catch(() => null)));
  }
  return outcomes;
}

function markOf(answer: { status: number; body: unknown } | null): string {
  if (answer === null || (answer.status !== 401 && answer.status !== 403)) return '+';
  const detail = (answer.body as { detail?: unknown } | undefined)?.detail;
  if (String(detail).includes(Detail.notFound)) return '+';
  return REFUSALS.get(detail) ?? String(answer.status);
}

const below = (name: string) => ({ path: `/${name}` });

async function keyOf(owner: TestUser, limits: object): Promise<string> {
  const { status, body } = await owner.api.post('/api/v1/auths/api_keys', { name: 'Walk', ...limits });
  if (status !== 200) throw new Error(`Key not made: ${status} ${JSON.stringify(body)}`);
  return body.api_key as string;
}

/** Keys that allow nothing: they take something away. */
const BOUNDS = ['temporary_enforced'];

/** The whole tree, with one value for all leaves that allow something. */
function everything(value: boolean): Record<string, Record<string, boolean>> {
  const sections = Object.entries(newPermissionTree()) as unknown as [string, Record<string, boolean>][];
  return Object.fromEntries(
    sections.map(([section, leaves]) => [
      section,
      Object.fromEntries(Object.keys(leaves).map((key) => [key, value && !BOUNDS.includes(key)])),
    ]),
  );
}
