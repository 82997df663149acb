import type { JsonObject } from '../../common/util/json';
import { withFunctions } from './model-functions';
import type { ModelEntry } from './models.types';

const entry = (id: string, meta?: JsonObject): ModelEntry => ({
  ...{ id, name: id, owned_by: 'openai', actions: [], filters: [], tags: [] },
  ...(meta && { info: { meta } }),
});
const action = (functionId: string, isGlobal = false, items = [{ id: functionId }]) => ({
  functionId,
  isGlobal,
  items,
});
const filter = (functionId: string, isGlobal = false) => ({ functionId, isGlobal, item: { id: functionId } });
const ids = (items: JsonObject[]) => items.map(({ id }) => id);

describe('withFunctions', () => {
  it('leaves the entries unchanged without functions', () => {
    const entries = [entry('a')];
    expect(withFunctions(entries, { actions: [], filters: [] })).toBe(entries);
  });

  it('gives each model the global ones and its own, in the order of the functions', () => {
    const offered = {
      actions: [action('own'), action('split', true, [{ id: 'split.a' }, { id: 'split.b' }]), action('other')],
      filters: [filter('global', true), filter('mine')],
    };
    const meta = { actionIds: ['unknown', 'own', 'split'], filterIds: ['mine'] };
    const [plain, special, odd] = withFunctions(
      [entry('a'), entry('b', meta), entry('c', { actionIds: 'own' })],
      offered,
    );
    expect([ids(plain!.actions), ids(plain!.filters)]).toEqual([['split.a', 'split.b'], ['global']]);
    expect([ids(special!.actions), ids(special!.filters)]).toEqual([
      ['own', 'split.a', 'split.b'],
      ['global', 'mine'],
    ]);
    expect(ids(odd!.actions)).toEqual(['split.a', 'split.b']);
  });
});
