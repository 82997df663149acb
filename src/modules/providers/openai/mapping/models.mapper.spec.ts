import { toConnection } from '../connection';
import { listedModels, mergeModels, toModels, withoutUnusable } from './models.mapper';

const plain = toConnection(2, 'http://localhost/v1', '', {});
const openai = toConnection(0, 'https://api.openai.com/v1', 'k', {});
const ids = (models: { id: string }[]) => models.map(({ id }) => id);

describe('toModels', () => {
  it('keeps what the server says and adds the connection', () => {
    expect(toModels(plain, { data: [{ id: 'a', object: 'model', owned_by: 'meta', extra: 1 }] })).toEqual([
      {
        id: 'a',
        name: 'a',
        object: 'model',
        owned_by: 'openai',
        extra: 1,
        connection_type: 'external',
        urlIdx: 2,
        openai: { id: 'a', object: 'model', owned_by: 'meta', extra: 1, connection_type: 'external' },
      },
    ]);
  });

  it('lays prefix, tags and type over every model', () => {
    const config = { prefix_id: 'p', tags: [{ name: 't' }, 'no tag'], connection_type: 'local' };
    const [model] = toModels(toConnection(0, 'http://a', '', config), [{ id: 'a', name: 'A' }]);
    expect(model).toMatchObject({ id: 'p.a', name: 'A', tags: [{ name: 't' }], connection_type: 'local' });
    expect(model?.openai).toMatchObject({ id: 'p.a' });
  });

  it('takes a bare list, a null name and an item that only has a name', () => {
    const models = toModels(plain, [{ id: 'a', name: null }, { name: 'b' }]);
    expect(models.map(({ id, name }) => [id, name])).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
    expect(models[0]?.openai).not.toHaveProperty('name');
  });

  it.each([
    [null],
    ['text'],
    [{}],
    [{ data: 'x' }],
    [{ data: [null, 1, {}, { id: '' }, { id: 5 }] }],
    [{ error: 'x' }],
  ])('finds nothing in %j', (answer) => expect(toModels(plain, answer)).toEqual([]));

  it('leaves out models of OpenAI that cannot chat, and only of OpenAI', () => {
    const answer = { data: ['gpt-4o', 'whisper-1', 'tts-1', 'text-embedding-3', 'dall-e-3'].map((id) => ({ id })) };
    expect(ids(toModels(openai, answer))).toEqual(['gpt-4o']);
    expect(ids(toModels(plain, answer))).toHaveLength(5);
    expect(withoutUnusable(openai, { object: 'list', ...answer })).toEqual({
      object: 'list',
      data: [{ id: 'gpt-4o' }],
    });
    expect(withoutUnusable(plain, answer)).toBe(answer);
  });
});

describe('listedModels', () => {
  it('makes models of the ids in the options', () => {
    const connection = toConnection(4, 'http://a', '', { model_ids: ['x', 'y', 'x', 5], prefix_id: 'p' });
    const models = listedModels(connection);
    expect(ids(models)).toEqual(['p.x', 'p.y']);
    expect(models[0]).toMatchObject({ name: 'x', owned_by: 'openai', urlIdx: 4, connection_type: 'external' });
  });

  it('takes what is named expressly, embeddings too', () => {
    const config = { model_ids: ['gpt-4o', 'text-embedding-3-small'] };
    expect(ids(listedModels(toConnection(0, 'https://api.openai.com/v1', 'k', config)))).toEqual(config.model_ids);
  });
});

describe('mergeModels', () => {
  it('keeps the first of equal ids, in order', () => {
    const model = (id: string, urlIdx: number) => ({ id, name: id, owned_by: 'openai', urlIdx });
    expect(mergeModels([model('b', 0), null, model('a', 0), model('b', 1)])).toEqual([model('b', 0), model('a', 0)]);
  });
});
