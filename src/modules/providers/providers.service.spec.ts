import type { ChatProvider, ProviderModel } from './chat-provider';
import { ProvidersService } from './providers.service';
import type { UsageService } from './usage/usage.service';

const model = (id: string, owner: string): ProviderModel => ({ id, name: id, owned_by: owner });

/** A kind of provider that only lists. */
const kind = (name: string, rank: number, ...ids: string[]): ChatProvider =>
  ({
    kind: name,
    rank,
    listModels: () => Promise.resolve(ids.map((id) => model(id, name))),
  }) as unknown as ChatProvider;

describe('ProvidersService.listModels', () => {
  const service = new ProvidersService({} as UsageService);
  service.register(kind('second', 20, 'b', 'c'));
  service.register(kind('first', 10, 'a', 'b'));

  it('joins the kinds in their order, whichever came first; of equal ids the first counts', async () => {
    const models = await service.listModels();
    expect(models.map(({ id, owned_by }) => `${owned_by} ${id}`)).toEqual(['first a', 'first b', 'second c']);
  });
});
