import { sleep } from '../../common/util/time';
import type { ModelListOptions } from './chat-provider';
import type { ProvidersSettings } from './providers.settings';
import { RefreshedValue, type Freshness } from './refreshed-value';

/** Milliseconds from its first request in which a connection that was never heard of yet is waited for. */
const FIRST_PATIENCE = 1_000;
/** Milliseconds for which the models of a connection that fails stay in the list. */
const KEEP_FOR = 10 * 60_000;

/** What the lists of one kind of connections are made of. */
export interface ListSource<C, T> {
  /** The connections that are asked, in order; read at each use. */
  connections(): C[];
  load(connection: C): Promise<T>;
  freshness(): Freshness;
}

/**
 * One list per connection, each refreshed in the background by itself: a connection that does not answer holds up
 * nobody. Lists belong to the exact settings of their connection, so a changed connection starts anew, on every node.
 */
export class ConnectionLists<C, T> {
  private lists = new Map<string, RefreshedValue<T>>();

  constructor(private readonly source: ListSource<C, T>) {}

  /** In the order of the connections; undefined for those without a list. The same values as long as none has changed. */
  async read({ refresh, isPatient }: ModelListOptions): Promise<(T | undefined)[]> {
    const lists = this.current();
    if (refresh) await Promise.all(lists.map((list) => list.refresh()));
    else await this.meet(lists, isPatient ?? false);
    return lists.map((list) => list.read());
  }

  /** Resolves when a list that is fetched from now on has come, or failed to. */
  async refresh(connection: C): Promise<void> {
    this.current();
    const list = this.lists.get(JSON.stringify(connection));
    if (list?.fetchingFor) await list.refresh();
    await list?.refresh();
  }

  /** Waits for the first answers of new connections: for their first moment, or when patient until they end or time out. */
  private async meet(lists: RefreshedValue<T>[], isPatient: boolean): Promise<void> {
    const unknown = lists.filter((list) => !list.isSettled && (isPatient || list.fetchingFor < FIRST_PATIENCE));
    if (unknown.length === 0) return;
    const met = Promise.all(unknown.map((list) => list.refresh()));
    if (isPatient) return void (await met);
    const rest = FIRST_PATIENCE - Math.min(...unknown.map((list) => list.fetchingFor));
    const waiting = new AbortController();
    await Promise.race([met, sleep(rest, waiting.signal)]);
    waiting.abort();
  }

  /** Those of connections that are gone are forgotten. */
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

/** How old model lists may get, by the settings. */
export function listFreshness(settings: ProvidersSettings): Freshness {
  const { model_list_ttl: seconds, is_model_list_kept: isKept } = settings;
  return { ttl: isKept || seconds === 0 ? Infinity : seconds * 1000, keepFor: KEEP_FOR };
}
