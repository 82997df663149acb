import { isJsonObject } from '../../../common/util/json';

/** What a browser was sent to a provider with; it comes back as a cookie that only this server can read. */
export interface OAuthFlow {
  provider: string;
  state: string;
  nonce: string;
  verifier: string;
  redirectUri: string;
  /** Unix seconds. */
  startedAt: number;
}

/** Seconds that somebody may take at the provider. */
const MAX_AGE = 1800;
/** So many sign-ins may be under way in one browser; the cookie must stay small. */
const MAX_FLOWS = 3;

/** The flows with a new one, oldest first. */
export const withFlow = (flows: readonly OAuthFlow[], flow: OAuthFlow): OAuthFlow[] =>
  [...flows, flow].slice(-MAX_FLOWS);

/** The flow of this provider and state, if it began not long ago. */
export const flowOf = (
  flows: readonly OAuthFlow[],
  { provider, state, now }: { provider: string; state: string; now: number },
): OAuthFlow | undefined =>
  flows.find((flow) => flow.provider === provider && flow.state === state && now - flow.startedAt < MAX_AGE);

export function parseFlows(text: string): OAuthFlow[] {
  const flows: unknown = JSON.parse(text);
  return Array.isArray(flows) ? flows.filter(isFlow) : [];
}

const TEXTS = ['provider', 'state', 'nonce', 'verifier', 'redirectUri'] as const;

const isFlow = (value: unknown): value is OAuthFlow =>
  isJsonObject(value) && TEXTS.every((name) => typeof value[name] === 'string') && typeof value.startedAt === 'number';
