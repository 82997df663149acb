import { connectionsOf, isUsable, toConnection } from './connection';

describe('connectionsOf', () => {
  it('joins the three lists by index, the options also by URL', () => {
    const lists = {
      base_urls: ['http://a/v1/', ' http://b/v1 '],
      keys: ['k'],
      configs: { '0': { prefix_id: 'p' }, ' http://b/v1 ': { enable: false } },
    };
    const [first, second] = connectionsOf(lists);
    expect(first).toMatchObject({ index: 0, url: 'http://a/v1', key: 'k', prefix: 'p', isEnabled: true });
    expect(second).toMatchObject({ index: 1, url: 'http://b/v1', key: '', isEnabled: false });
  });

  it('takes options of the wrong type as absent', () => {
    const config = { prefix_id: null, model_ids: 'x', tags: {}, headers: { a: 1, b: { c: 1 } }, auth_type: null };
    expect(toConnection(0, 'http://a', '', config)).toMatchObject({
      prefix: '',
      modelIds: [],
      tags: [],
      headers: { a: '1' },
      auth: 'bearer',
      type: 'external',
    });
  });
});

describe('isUsable', () => {
  const OPENAI = 'https://api.openai.com/v1';
  it.each<[string, string, object, boolean]>([
    [OPENAI, '', {}, false],
    [OPENAI, 'k', {}, true],
    [OPENAI, '', { headers: { Authorization: 'x' } }, true],
    ['http://localhost/v1', '', {}, true],
    ['http://localhost/v1', 'k', { enable: false }, false],
    ['', 'k', {}, false],
  ])('%s with key "%s" and %j: %s', (url, key, config, expected) => {
    expect(isUsable(toConnection(0, url, key, { ...config }))).toBe(expected);
  });
});
