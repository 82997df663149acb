import 'reflect-metadata';
import { toFunctionFilter } from './function-filter';
import { listedId, parseToolId, toolServersOf } from './tool-server';

const connection = (change: object = {}) => ({
  ...{ url: 'http://tools.test/', path: 'openapi.json', type: 'openapi', auth_type: 'bearer', key: 'k' },
  ...{ headers: null, config: { enable: true } },
  ...change,
});

describe('toolServersOf', () => {
  it('reads the members that clients write', () => {
    const mcp = connection({
      ...{ type: 'mcp', headers: { 'X-A': 'a', n: 1, bad: {} } },
      ...{ info: { id: 'm', name: 'M', description: 'D', oauth_client_info: 'sealed' } },
      config: { enable: true, access_control: {}, function_name_filter_list: 'a' },
    });
    const [first, second] = toolServersOf([connection(), mcp]);
    expect(first).toMatchObject({ index: 0, type: 'openapi', id: '0', url: 'http://tools.test', sharing: null });
    expect(second).toMatchObject({
      ...{ index: 1, type: 'mcp', id: 'm', name: 'M', description: 'D', clientInfo: 'sealed', sharing: {} },
      headers: { 'x-a': 'a', n: '1' },
    });
  });

  it.each([null, undefined, {}, { enable: 'true' }, 'x'])('is disabled with the config %j', (config) => {
    expect(toolServersOf([connection({ config })])).toMatchObject([{ isEnabled: false }]);
  });

  it('treats members of other types as absent', () => {
    const odd = { url: 5, path: null, type: null, auth_type: null, key: null, headers: 'x', config: [], info: 'x' };
    expect(toolServersOf([odd])).toMatchObject([
      { id: '0', url: '', type: 'openapi', auth: '', key: '', headers: {}, isEnabled: false, name: '' },
    ]);
  });

  it('takes the first of equal ids of a type, and none that requests cannot name', () => {
    const withId = (id: unknown, type = 'openapi') => connection({ type, info: { id } });
    const servers = toolServersOf([withId('a'), withId('a'), withId('a', 'mcp'), withId('b:c'), withId('d|e')]);
    expect(servers.map(({ index, type, id }) => [index, type, id])).toEqual([
      [0, 'openapi', 'a'],
      [2, 'mcp', 'a'],
    ]);
  });

  it('takes a document from the settings', () => {
    expect(toolServersOf([connection({ spec_type: 'json', spec: '{}' })])).toMatchObject([{ document: '{}' }]);
    expect(toolServersOf([connection({ spec_type: 'url', spec: '{}' })])).toMatchObject([{ document: undefined }]);
  });
});

describe('parseToolId', () => {
  it.each([
    ['server:lab', { type: 'openapi', id: 'lab' }],
    ['server:0|get,set', { type: 'openapi', id: '0' }],
    ['server:openapi:lab', { type: 'openapi', id: 'lab' }],
    ['server:mcp:lab', { type: 'mcp', id: 'lab' }],
    ['server:other:lab', undefined],
    ['server:mcp:a:b', undefined],
    ['direct_server:0', undefined],
    ['weather', undefined],
    ['', undefined],
  ])('%s', (id, expected) => expect(parseToolId(id)).toEqual(expected));

  it('reads what is listed', () => {
    for (const server of [{ type: 'openapi', id: 'a' } as const, { type: 'mcp', id: 'b' } as const])
      expect(parseToolId(listedId(server))).toEqual(server);
  });
});

describe('toFunctionFilter', () => {
  const names = ['get_item', 'list_items', 'delete_item', 'x'];
  it.each<[unknown, string[]]>([
    [undefined, names],
    ['', names],
    [' , ', names],
    [5, names],
    ['item', ['get_item', 'delete_item']],
    ['!item', ['list_items', 'x']],
    ['item, !delete_item', ['get_item']],
    [['list_items', '!x', 7], ['list_items']],
    ['!', names],
  ])('%j', (value, expected) => expect(names.filter(toFunctionFilter(value))).toEqual(expected));
});
