import { sleep } from '../../common/util/time';
import type { ModelListOptions } from './chat-provider';
import type { ProvidersSettings } from './providers.settings';
import { RefreshedValue, type Freshness } from '../../common/util/refreshed-value';

/** Milliseconds to wait for the first list of a connection, counted from its first request. */
const FIRST_WAIT = 1_000;
/** Milliseconds for which the last list of a failing connection is served. */
const KEEP_FOR = 10 * 60_000;

/** Loads the lists of one kind of connections. */
export interface ListSource<C, T> {
  /** The connections to query, in order; read at each use. */
  connections(): C[];
  load(connection: C): Promise<T>;
  freshness(): Freshness;
}

/**
 * One list per connection, refreshed independently in the background, so a slow connection does not delay others. Lists
 * are keyed by the complete settings of their connection: a changed connection starts with no list, on every node.
 */
export class ConnectionLists<C, T> {
  private lists = new Map<string, RefreshedValue<T>>();

  constructor(private readonly source: ListSource<C, T>) {}

  /** In the order of the connections; undefined for those without a list. The same values while none has changed. */
  async read({ refresh, waitsForFirst }: ModelListOptions): Promise<(T | undefined)[]> {
    const lists = this.current();
    if (refresh) await Promise.all(lists.map((list) => list.refresh()));
    else await this.meet(lists, waitsForFirst ?? false);
    return lists.map((list) => list.read());
  }

  /** Resolves when a fetch that starts after this call has succeeded or failed. */
  async refresh(connection: C): Promise<void> {
    this.current();
    const list = this.lists.get(JSON.stringify(connection));
    if (list?.fetchingFor) await list.refresh();
    await list?.refresh();
  }

  /** Waits for the first lists of new connections: for `FIRST_WAIT`, or until they succeed, fail or time out. */
  private async meet(lists: RefreshedValue<T>[], waitsForFirst: boolean): Promise<void> {
    const unknown = lists.filter((list) => !list.isSettled && (waitsForFirst || list.fetchingFor < FIRST_WAIT));
    if (unknown.length === 0) return;
    const met = Promise.all(unknown.map((list) => list.refresh()));
    if (waitsForFirst) return void (await met);
    const rest = FIRST_WAIT - Math.min(...unknown.map((list) => list.fetchingFor));
    const waiting = new AbortController();
    await Promise.race([met, sleep(rest, waiting.signal)]);
    waiting.abort();
  }

  /** The lists of the current connections; those of removed connections are dropped. */
  private current(): RefreshedValue<T>[] {
    const known = this.lists;
    this.lists = new Map(
      this.source.connections().map((connection) => {
        const key = JSON.stringify(connection);
        return [key, known.get(key) ?? this.listOf(connection)];
      }),
    );
    return [...this.lists.values()];
  }

  private listOf(connection: C): RefreshedValue<T> {
    return new RefreshedValue(
      () => this.source.load(connection),
      () => this.source.freshness(),
    );
  }
}

/** The configured age limits of model lists. */
export function listFreshness(settings: ProvidersSettings): Freshness {
  const { model_list_ttl: seconds, is_model_list_kept: isKept } = settings;
  return { ttl: isKept || seconds === 0 ? Infinity : seconds * 1000, keepFor: KEEP_FOR };
}
