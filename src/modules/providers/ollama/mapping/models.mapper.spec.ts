import { mergePlaces, ollamaModelOf, toOllamaModels, toProviderModel } from './models.mapper';
import { ownName } from '../../connection-base';
import { hostsOf, toHost, withVersion } from '../ollama-host';

const item = (name: string) => ({ name, model: name, modified_at: '2026-01-02T03:04:05.678901234Z', size: 1 });
const models = (host: ReturnType<typeof toHost>, ...names: string[]) =>
  toOllamaModels(host, { models: names.map(item) });

describe('toOllamaModels', () => {
  it('says where a model is, and until when it is in memory', () => {
    const loaded = { models: [{ ...item('a:1b'), expires_at: '2030-01-01T00:00:00Z' }] };
    expect(toOllamaModels(toHost(2, 'http://h', {}), { models: [item('a:1b'), item('b:1b')] }, loaded)).toEqual([
      { ...item('a:1b'), connection_type: 'local', urls: [2], expires_at: 1_893_456_000 },
      { ...item('b:1b'), connection_type: 'local', urls: [2] },
    ]);
  });

  it('puts the prefix before the id and leaves the name, with the tags of the server', () => {
    const host = toHost(0, 'http://h', { prefix_id: 'p', tags: [{ name: 't' }], connection_type: 'external' });
    expect(models(host, 'a:1b')).toEqual([
      { ...item('a:1b'), model: 'p.a:1b', connection_type: 'external', tags: [{ name: 't' }], urls: [0] },
    ]);
  });

  it('offers only those that are listed, by their own names', () => {
    const host = toHost(0, 'http://h', { prefix_id: 'p', model_ids: ['b:1b'] });
    expect(models(host, 'a:1b', 'b:1b').map(({ model }) => model)).toEqual(['p.b:1b']);
  });

  it.each([undefined, null, 'text', [], {}, { models: 'x' }, { models: [null, 1, {}, { name: '' }] }])(
    'takes %j for no models',
    (answer) => {
      expect(toOllamaModels(toHost(0, 'http://h', {}), answer, answer)).toEqual([]);
    },
  );
});

describe('mergePlaces', () => {
  it('makes one of a model that several servers have', () => {
    const [first, second] = [toHost(0, 'http://a', {}), toHost(1, 'http://b', {})];
    const merged = mergePlaces([...models(first, 'a:1b'), ...models(second, 'b:1b', 'a:1b')]);
    expect(merged.map(({ model, urls }) => [model, urls])).toEqual([
      ['a:1b', [0, 1]],
      ['b:1b', [1]],
    ]);
  });
});

describe('toProviderModel', () => {
  it('gives the entry of the list, the same at each time', () => {
    const [model] = models(toHost(0, 'http://h', { prefix_id: 'p', tags: [{ name: 't' }] }), 'a:1b');
    expect(toProviderModel(model!)).toEqual({
      id: 'p.a:1b',
      name: 'a:1b',
      object: 'model',
      created: 1_767_323_045,
      owned_by: 'ollama',
      ollama: model,
      connection_type: 'local',
      tags: [{ name: 't' }],
    });
    expect(ollamaModelOf(toProviderModel(model!))).toBe(model);
  });

  it('knows models of other providers', () => {
    expect(ollamaModelOf({ id: 'x', name: 'x', owned_by: 'ollama', ollama: 'yes' })).toBeUndefined();
  });
});

describe('hosts', () => {
  it('takes options by index, and older ones by URL; those of a wrong type count as absent', () => {
    const hosts = hostsOf({
      base_urls: ['http://a/', 'http://b', 'http://c'],
      configs: {
        '0': { key: 'k' },
        'http://b': { enable: false },
        '2': { key: 1, tags: 'x', model_ids: [1, 'm', ''] },
      },
    });
    expect(hosts).toMatchObject([
      { index: 0, url: 'http://a', key: 'k', isEnabled: true },
      { index: 1, isEnabled: false },
      { index: 2, key: '', tags: [], modelIds: ['m'], type: 'local' },
    ]);
  });

  it.each([
    ['p.m', 'p', 'm'],
    ['p.p.m', 'p', 'p.m'],
    ['m.p.x', 'p', 'm.p.x'],
    ['p.m', '', 'p.m'],
  ])('calls %s of the server with prefix "%s" %s', (id, prefix_id, expected) => {
    expect(ownName(toHost(0, 'http://h', { prefix_id }), id)).toBe(expected);
  });

  it('adds the version that is meant when there is none', () => {
    expect(['m', 'm:1b'].map(withVersion)).toEqual(['m:latest', 'm:1b']);
  });
});
