import { Injectable, Logger } from '@nestjs/common';
import { asString, isJsonObject } from '../../../common/util/json';
import type { ModelListOptions, ProviderModel } from '../../providers/chat-provider';
import { ConnectionLists, listFreshness } from '../../providers/connection-lists';
import { ProvidersSettings } from '../../providers/providers.settings';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { FunctionsService } from '../functions.service';
import type { FunctionOverview } from '../functions.types';

/** Models of one manifold. */
const MAX_MODELS = 1000;
/** Milliseconds between background calls of `pipes`, each of which needs a sandbox. A changed function is called at once. */
const MIN_TTL = 60_000;

/** One version of a manifold: a pipe that lists several models itself. */
type Manifold = Pick<FunctionOverview, 'id' | 'version'>;

/** A model of a manifold, as the source names it. */
interface SubModel {
  id: string;
  name: string;
}

type SubModels = SubModel[] | undefined;

/**
 * The models of active pipes. Rows are read at each call, so changes take effect at once on every node; the lists of
 * manifolds come from a cache that is refreshed in the background. A manifold whose list fails is left out.
 */
@Injectable()
export class PipeModelsService {
  private readonly logger = new Logger(PipeModelsService.name);
  private readonly lists: ConnectionLists<Manifold, SubModel[]>;
  private manifolds: Manifold[] = [];
  private last: { key: string; lists: SubModels[]; models: ProviderModel[] } = { key: '[]', lists: [], models: [] };

  constructor(
    private readonly functions: FunctionsService,
    private readonly store: SettingsStore,
  ) {
    this.lists = new ConnectionLists({
      connections: () => this.manifolds,
      load: (manifold) => this.load(manifold),
      freshness: () => {
        const { ttl, keepFor } = listFreshness(this.settings);
        return { ttl: Math.max(ttl, MIN_TTL), keepFor };
      },
    });
  }

  /** The same array while nothing has changed. */
  async list(options: ModelListOptions): Promise<ProviderModel[]> {
    const rows = await this.functions.listActive('pipe');
    this.manifolds = rows.filter(isManifold).map(({ id, version }) => ({ id, version }));
    const ids = this.manifolds.map(({ id }) => id);
    const lists = await this.lists.read(options);
    const key = JSON.stringify(rows.map(({ id, version }) => [id, version]));
    const isSame = key === this.last.key && lists.every((list, index) => list === this.last.lists[index]);
    if (!isSame) this.last = { key, lists, models: toModels(rows, new Map(ids.map((id, at) => [id, lists[at]]))) };
    return this.last.models;
  }

  private get settings(): ProvidersSettings {
    return this.store.live(ProvidersSettings);
  }

  private async load({ id }: Manifold): Promise<SubModel[]> {
    try {
      const target = await this.functions.find(id);
      const signal = AbortSignal.timeout(this.settings.model_list_timeout * 1000 || MIN_TTL);
      const outcome = target && (await this.functions.run(target, { method: 'pipes', positional: [] }, signal));
      return toSubModels(outcome?.kind === 'value' ? outcome.value : []);
    } catch (error) {
      this.logger.warn(
        `Models of ${id} cannot be listed: ${error instanceof Error ? error.message.slice(0, 200) : ''}`,
      );
      throw error;
    }
  }
}

const isManifold = ({ definition }: FunctionOverview): boolean => definition.handlers.includes('pipes');

function toModels(rows: readonly FunctionOverview[], lists: ReadonlyMap<string, SubModels>): ProviderModel[] {
  return rows.flatMap((row) => {
    if (!isManifold(row)) return [toModel(row, row)];
    const prefix = row.definition.name ?? '';
    return (lists.get(row.id) ?? []).map(({ id, name }) =>
      toModel(row, { id: `${row.id}.${id}`, name: prefix + name }),
    );
  });
}

const toModel = ({ createdAt, definition }: FunctionOverview, { id, name }: SubModel): ProviderModel => ({
  ...{ id, name, object: 'model', created: createdAt, owned_by: 'openai', pipe: { type: 'pipe' } },
  has_user_valves: definition.userValves !== null,
});

/** Ids may be numbers; items without one are skipped. */
function toSubModels(value: unknown): SubModel[] {
  const items: unknown[] = Array.isArray(value) ? value.slice(0, MAX_MODELS) : [];
  return items.filter(isJsonObject).flatMap(({ id, name }) => {
    const text = typeof id === 'number' ? String(id) : asString(id);
    return text === undefined || text === '' ? [] : [{ id: text, name: asString(name) ?? text }];
  });
}
