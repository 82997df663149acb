import type { AccessControl } from '../access/access-control.dto';
import { assembleModels, matchModel, sortModels, toEntry } from './model-list';
import type { ModelEntry, ModelOverview } from './models.types';

const provided = (id: string, extra = {}) => ({ id, name: id, owned_by: 'openai', openai: { id }, ...extra });
const row = (id: string, change: Partial<ModelOverview> = {}): ModelOverview => ({
  ...{ id, userId: 'u', baseModelId: null, name: `Row ${id}`, meta: {}, isActive: true, createdAt: 5, updatedAt: 6 },
  ...change,
});
const preset = (id: string, baseModelId: string, change: Partial<ModelOverview> = {}) =>
  row(id, { baseModelId, ...change });

function list(models: ReturnType<typeof provided>[], rows: ModelOverview[], isRestricted = false): ModelEntry[] {
  const sharing = new Map<string, AccessControl>([['shared', null]]);
  return assembleModels(models, { rows, sharing, isRestricted });
}
const ids = (entries: { id: string }[]) => entries.map(({ id }) => id);

describe('assembleModels', () => {
  it('lays a row over the model of the same id, without params', () => {
    const [entry] = list([provided('a')], [row('a', { meta: { description: 'd', tags: [{ name: 't' }] } })]);
    expect(entry).toEqual({
      ...provided('a'),
      name: 'Row a',
      info: {
        id: 'a',
        user_id: 'u',
        base_model_id: null,
        name: 'Row a',
        meta: { capabilities: null, description: 'd', tags: [{ name: 't' }] },
        access_control: {},
        is_active: true,
        updated_at: 6,
        created_at: 5,
      },
      actions: [],
      filters: [],
      tags: [{ name: 't' }],
    });
  });

  it('takes a model out that its row switches off, but no preset over it', () => {
    const rows = [row('a', { isActive: false }), preset('p', 'a')];
    expect(ids(list([provided('a'), provided('b')], rows))).toEqual(['b', 'p']);
  });

  it('adds active presets after the models, with the kind of their base', () => {
    const pipe = { type: 'pipe' };
    const models = [provided('a', { owned_by: 'ollama', connection_type: 'local', pipe })];
    const [, entry] = list(models, [preset('p', 'a'), preset('off', 'a', { isActive: false })]);
    expect(entry).toMatchObject({
      id: 'p',
      preset: true,
      owned_by: 'ollama',
      connection_type: 'local',
      created: 5,
      pipe,
    });
    expect(list(models, [preset('off', 'a', { isActive: false })])).toHaveLength(1);
  });

  it('finds a base whose id has a version', () => {
    const [, entry] = list([provided('llama3:latest', { owned_by: 'ollama' })], [preset('p', 'llama3')]);
    expect(entry?.owned_by).toBe('ollama');
  });

  it('lists a preset without its base', () => {
    const [, entry] = list([provided('a')], [preset('p', 'gone')]);
    expect(entry).toMatchObject({ id: 'p', owned_by: 'openai', preset: true });
  });

  it('has nothing to list without a model of a provider', () => {
    expect(list([], [preset('p', 'a')])).toEqual([]);
  });

  it('leaves out models without a visible row when bound by sharing', () => {
    expect(ids(list([provided('a'), provided('b')], [row('b'), preset('p', 'a')], true))).toEqual(['b', 'p']);
  });

  it('takes no preset for permission to use the model whose id it has', () => {
    const rows = [preset('a', 'b')];
    expect(ids(list([provided('a'), provided('b')], rows, true))).toEqual([]);
    const [entry] = list([provided('a')], rows);
    expect(entry).toMatchObject({ id: 'a', name: 'a' });
    expect(entry).not.toHaveProperty('preset');
  });

  it('leaves out filters of pipelines servers', () => {
    const models = [provided('f', { pipeline: { type: 'filter' } }), provided('m', { pipeline: { type: 'pipe' } })];
    expect(ids(list(models, []))).toEqual(['m']);
  });

  it('unites the tags of row and model', () => {
    const tags = [{ name: 'x' }, { name: 'y' }];
    const [entry] = list(
      [provided('a', { tags })],
      [row('a', { meta: { tags: [{ name: 'y' }, { name: 'z' }, 'odd'] } })],
    );
    expect(entry?.tags).toEqual([{ name: 'y' }, { name: 'z' }, { name: 'x' }]);
  });

  it('has the sharing of each row', () => {
    const entries = list([provided('a'), provided('shared')], [row('a'), row('shared')]);
    expect(entries.map(({ info }) => info?.access_control)).toEqual([{}, null]);
  });
});

describe('matchModel', () => {
  const index = new Map(
    ['a', 'b', 'f'].map((id) => [id, provided(id, id === 'f' && { pipeline: { type: 'filter' } })]),
  );
  const match = (id: string, visible?: ModelOverview, isRestricted = false) => {
    const found = matchModel(id, visible, index, isRestricted);
    return found && [found.provider.id, found.row?.id];
  };

  it.each<[string, [string, ModelOverview | undefined, boolean], unknown]>([
    ['a model without a row, for all', ['a', undefined, false], ['a', undefined]],
    ['a model without a row, for the bound', ['a', undefined, true], undefined],
    ['a model with a row', ['a', row('a'), true], ['a', 'a']],
    ['a model that is switched off', ['a', row('a', { isActive: false }), false], undefined],
    ['a preset', ['p', preset('p', 'b'), true], ['b', 'p']],
    ['a preset that is switched off', ['p', preset('p', 'b', { isActive: false }), false], undefined],
    ['a preset without its base', ['p', preset('p', 'gone'), false], undefined],
    ['a preset with the id of a model, for the bound', ['a', preset('a', 'b'), true], undefined],
    ['a preset with the id of a model, for all', ['a', preset('a', 'b'), false], ['a', undefined]],
    ['a row whose model is gone', ['x', row('x'), false], undefined],
    ['a filter', ['f', row('f'), false], undefined],
    ['nothing', ['x', undefined, false], undefined],
  ])('%s', (_, parameters, expected) => {
    expect(match(...parameters)).toEqual(expected);
  });

  it('gives the same entries as the list', () => {
    const rows = [row('a'), preset('p', 'b')];
    const entries = list([...index.values()], rows);
    for (const { id } of rows) {
      const found = matchModel(
        id,
        rows.find((candidate) => candidate.id === id),
        index,
        false,
      );
      expect(found && toEntry(found, {})).toEqual(entries.find((entry) => entry.id === id));
    }
  });
});

describe('sortModels', () => {
  const entries = list([provided('b'), provided('a'), provided('Z'), provided('c')], []);

  it('puts the listed first, the others by name in code-point order', () => {
    expect(ids(sortModels(entries, ['c', 'gone', 'b']))).toEqual(['c', 'b', 'Z', 'a']);
  });

  it('keeps the order of the providers without a list', () => {
    expect(sortModels(entries, [])).toBe(entries);
  });
});
