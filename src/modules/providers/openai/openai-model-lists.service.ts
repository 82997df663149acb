import { Injectable } from '@nestjs/common';
import { memoLast } from '../../../common/util/memo';
import type { ModelListOptions, ProviderModel } from '../chat-provider';
import { ConnectionLists, listFreshness } from '../connection-lists';
import { OpenAiSettings } from './openai.settings';
import { ProvidersSettings } from '../providers.settings';
import { connectionsOf, isUsable, type Connection } from './connection';
import { listedModels, mergeModels, toModels } from './mapping/models.mapper';
import { OpenAiConnectionsService } from './openai-connections.service';

type ModelList = ProviderModel[] | undefined;

/** Cached model lists of all connections. */
@Injectable()
export class OpenAiModelListsService {
  private readonly lists: ConnectionLists<Connection, ProviderModel[]>;
  private readonly merge = memoLast((...lists: ModelList[]) => mergeModels(lists.flatMap((list) => list ?? [])));

  constructor(
    settings: OpenAiSettings,
    providers: ProvidersSettings,
    private readonly connections: OpenAiConnectionsService,
  ) {
    this.lists = new ConnectionLists({
      connections: () => (settings.is_enabled ? connectionsOf(settings).filter(isUsable) : []),
      load: (connection) => this.load(connection),
      freshness: () => listFreshness(providers),
    });
  }

  /** The same array while nothing has changed. */
  async list(options: ModelListOptions): Promise<ProviderModel[]> {
    return this.merge(...(await this.lists.read(options)));
  }

  private async load(connection: Connection): Promise<ProviderModel[]> {
    // Azure lists the models that could be deployed, not those that are.
    if (connection.modelIds.length > 0 || connection.isAzure) return listedModels(connection);
    return toModels(connection, await this.connections.fetchModels(connection));
  }
}
