import { Injectable } from '@nestjs/common';
import { memoLast } from '../../../common/util/memo';
import type { ModelListOptions, ProviderModel } from '../chat-provider';
import { ConnectionLists, listFreshness } from '../connection-lists';
import { ProvidersSettings } from '../providers.settings';
import { mergePlaces, toOllamaModels, toProviderModel, type OllamaModel } from './models.mapper';
import type { OllamaHost } from './ollama-host';
import { OllamaHostsService } from './ollama-hosts.service';

/** The models of all servers. */
@Injectable()
export class OllamaModelListsService {
  private readonly lists: ConnectionLists<OllamaHost, OllamaModel[]>;
  private readonly merge = memoLast((...lists: (OllamaModel[] | undefined)[]) =>
    mergePlaces(lists.flatMap((list) => list ?? [])),
  );
  private readonly toProviderModels = memoLast((models: OllamaModel[]) => models.map(toProviderModel));

  constructor(
    private readonly hosts: OllamaHostsService,
    settings: ProvidersSettings,
  ) {
    this.lists = new ConnectionLists({
      connections: () => hosts.enabled(),
      load: (host) => this.load(host),
      freshness: () => listFreshness(settings),
    });
  }

  /** As `GET /api/tags` tells them. The same array as long as nothing has changed. */
  async listOllama(options: ModelListOptions = {}): Promise<OllamaModel[]> {
    return this.merge(...(await this.lists.read(options)));
  }

  /** The same array as long as nothing has changed. */
  async list(options: ModelListOptions): Promise<ProviderModel[]> {
    return this.toProviderModels(await this.listOllama(options));
  }

  /** The list of a server is out of date: it is fetched anew before this resolves, well or not. */
  refresh(host: OllamaHost): Promise<void> {
    return this.lists.refresh(host);
  }

  /** What is in memory is no part of the list: a server that does not tell it has its models nevertheless. */
  private async load(host: OllamaHost): Promise<OllamaModel[]> {
    const timeout = this.hosts.shortTimeout;
    const [listed, loaded] = await Promise.all([
      this.hosts.read(host, { path: '/api/tags', timeout }),
      this.hosts.read(host, { path: '/api/ps', timeout }).catch(() => undefined),
    ]);
    return toOllamaModels(host, listed, loaded);
  }
}
