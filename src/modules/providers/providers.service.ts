import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BadRequestError, NotFoundError } from '../../common/errors/app-error';
import type { JsonObject } from '../../common/util/json';
import { memoLast } from '../../common/util/memo';
import type {
  CallPurpose,
  ChatProvider,
  ModelListOptions,
  ProviderModel,
  ProviderRequest,
  ProviderStream,
} from './chat-provider';
import type { CallMeter } from './usage/call-meter';
import { UsageService } from './usage/usage.service';
import { ProviderDetail } from './provider.errors';

/** Dispatches model calls to the kind of provider that owns the model. */
@Injectable()
export class ProvidersService implements OnApplicationBootstrap {
  private readonly providers: ChatProvider[] = [];
  private readonly merge = memoLast(mergeLists);

  constructor(private readonly usage: UsageService) {}

  /** Prefetches the model lists; the start does not wait for them. */
  onApplicationBootstrap(): void {
    void this.listModels();
  }

  /** Called once per kind at start-up, in any order. */
  register(provider: ChatProvider): void {
    this.providers.push(provider);
    this.providers.sort((a, b) => a.rank - b.rank);
  }

  /**
   * The models of all providers, without rows and presets; ids are unique. The same array while nothing has changed.
   */
  async listModels(options: ModelListOptions = {}): Promise<ProviderModel[]> {
    const lists = await Promise.all(this.providers.map((provider) => provider.listModels(options)));
    const isNeeded = this.providers.every(({ isFallback }, index) => isFallback || lists[index]?.length === 0);
    return this.merge(...lists.map((list, index) => (this.providers[index]?.isFallback && !isNeeded ? NONE : list)));
  }

  /** @throws NotFoundError for a model that no connection offers any more; otherwise as `ChatProvider.complete`. */
  complete(request: ProviderRequest): Promise<JsonObject> {
    const provider = this.providerOf(request.model);
    return this.meter(provider, request, 'completion').whole(() => provider.complete(request));
  }

  stream(request: ProviderRequest): Promise<ProviderStream> {
    const provider = this.providerOf(request.model);
    return this.meter(provider, request, 'completion').stream(() => provider.stream(request));
  }

  /** @throws BadRequestError for a model whose provider has no embeddings. */
  embed(request: ProviderRequest): Promise<JsonObject> {
    const provider = this.providerOf(request.model);
    const embed = provider.embed?.bind(provider);
    if (!embed) throw new BadRequestError(`${request.model.id} has no embeddings`);
    return this.meter(provider, request, 'embedding').whole(() => embed(request));
  }

  private meter({ kind: provider }: ChatProvider, request: ProviderRequest, purpose: CallPurpose): CallMeter {
    return this.usage.meter({ ...request, purpose: request.purpose ?? purpose, provider });
  }

  private providerOf(model: ProviderModel): ChatProvider {
    const provider = this.providers.find((candidate) => candidate.owns(model));
    if (!provider) throw new NotFoundError(ProviderDetail.modelNotFound);
    return provider;
  }
}

const NONE: ProviderModel[] = [];

/** Duplicate ids are dropped; the first one wins. */
function mergeLists(...lists: ProviderModel[][]): ProviderModel[] {
  const byId = new Map<string, ProviderModel>();
  for (const model of lists.flat()) if (!byId.has(model.id)) byId.set(model.id, model);
  return [...byId.values()];
}
