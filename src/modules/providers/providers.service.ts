import { Injectable } from '@nestjs/common';
import { BadRequestError, NotFoundError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
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
import { UsageService } from './usage.service';

/** All kinds of providers as one: who uses models need not know which kind answers. */
@Injectable()
export class ProvidersService {
  private readonly providers: ChatProvider[] = [];
  private readonly merge = memoLast(mergeLists);

  constructor(private readonly usage: UsageService) {}

  /** Called once per kind while the application starts, in any order. */
  register(provider: ChatProvider): void {
    this.providers.push(provider);
    this.providers.sort((a, b) => a.rank - b.rank);
  }

  /** Every model of every provider, without rows and presets, one per id. The same array as long as nothing has changed. */
  async listModels(options: ModelListOptions = {}): Promise<ProviderModel[]> {
    return this.merge(...(await Promise.all(this.providers.map((provider) => provider.listModels(options)))));
  }

  /** @throws NotFoundError for a model that nobody offers any more; else as `ChatProvider.complete`. */
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
    if (!provider) throw new NotFoundError(Detail.modelNotFound);
    return provider;
  }
}

/** Of equal ids the first. */
function mergeLists(...lists: ProviderModel[][]): ProviderModel[] {
  const byId = new Map<string, ProviderModel>();
  for (const model of lists.flat()) if (!byId.has(model.id)) byId.set(model.id, model);
  return [...byId.values()];
}
