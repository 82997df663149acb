import { Injectable } from '@nestjs/common';
import { memoLast } from '../../../common/util/memo';
import type { ModelListOptions, ProviderModel } from '../chat-provider';
import { ConnectionLists, listFreshness } from '../connection-lists';
import { ProvidersSettings } from '../providers.settings';
import { mergePlaces, toOllamaModels, toProviderModel, type OllamaModel } from './mapping/models.mapper';
import type { OllamaHost } from './ollama-host';
import { OllamaHostsService } from './ollama-hosts.service';

/** Cached model lists of all servers. */
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

  /** In the form of `GET /api/tags`. The same array while nothing has changed. */
  async listOllama(options: ModelListOptions = {}): Promise<OllamaModel[]> {
    return this.merge(...(await this.lists.read(options)));
  }

  /** The same array while nothing has changed. */
  async list(options: ModelListOptions): Promise<ProviderModel[]> {
    return this.toProviderModels(await this.listOllama(options));
  }

  /** Fetches the list of a server again; resolves on success and on failure. */
  refresh(host: OllamaHost): Promise<void> {
    return this.lists.refresh(host);
  }

  /** Loaded models are optional: a server that fails to list them still has its models. */
  private async load(host: OllamaHost): Promise<OllamaModel[]> {
    const timeout = this.hosts.shortTimeout;
    const [listed, loaded] = await Promise.all([
      this.hosts.read(host, { path: '/api/tags', timeout }),
      this.hosts.read(host, { path: '/api/ps', timeout }).catch(() => undefined),
    ]);
    return toOllamaModels(host, listed, loaded);
  }
}
