import type { Dispatcher } from 'undici';
import type { OutgoingEnv } from '../env/http-env';
import { createDispatcher } from './dispatcher';
import { guardedLookup, type AddressRule } from './public-address';

/** What the connections of a request have in common. */
export interface Route {
  /** Checked again for the address that a connection is made to; undefined: all addresses are allowed. */
  isAllowed?: AddressRule;
  /** False accepts any certificate; undefined: as the environment says. */
  isTlsVerified?: boolean;
  /** URL of a proxy in place of that of the environment, for every host. */
  proxy?: string;
}

/** Proxies that settings name, beyond that of the environment. */
const MAX_PROXIES = 4;

/** One pool of connections for each kind of route, made at first use. */
export class Dispatchers {
  private readonly direct = new Map<AddressRule | undefined, Map<boolean, Dispatcher>>();
  private readonly proxied = new Map<string, Dispatcher>();

  constructor(private readonly env: OutgoingEnv) {}

  get({ isAllowed, isTlsVerified = this.env.isTlsVerified, proxy }: Route): Dispatcher {
    const env = { ...this.env, isTlsVerified };
    if (proxy !== undefined) return this.throughProxy(proxy, env);
    const byTls = this.direct.get(isAllowed) ?? new Map<boolean, Dispatcher>();
    this.direct.set(isAllowed, byTls);
    const known = byTls.get(isTlsVerified);
    if (known) return known;
    const made = createDispatcher(env, isAllowed && guardedLookup(isAllowed));
    byTls.set(isTlsVerified, made);
    return made;
  }

  async destroy(): Promise<void> {
    const direct = [...this.direct.values()].flatMap((byTls) => [...byTls.values()]);
    await Promise.all([...direct, ...this.proxied.values()].map((dispatcher) => dispatcher.destroy()));
  }

  private throughProxy(proxy: string, env: OutgoingEnv): Dispatcher {
    const key = `${proxy} ${env.isTlsVerified}`;
    const known = this.proxied.get(key);
    if (known) return known;
    const [oldest] = this.proxied;
    if (oldest && this.proxied.size >= MAX_PROXIES) {
      this.proxied.delete(oldest[0]);
      // Requests under way come to their end.
      void oldest[1].close();
    }
    const made = createDispatcher({ ...env, httpProxy: proxy, httpsProxy: proxy, noProxy: undefined });
    this.proxied.set(key, made);
    return made;
  }
}
