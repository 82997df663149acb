import { planAttachment } from './attachment-plan';

const plan = (item: object, isBypassed = false) => planAttachment({ ...item }, { isBypassed });
const page = { data: { content: 'Page' }, meta: { name: 'p', source: 'https://a.example' } };

describe('planAttachment', () => {
  it.each<[string, object, object | null]>([
    ['a file', { type: 'file', id: 'f' }, { kind: 'search', names: ['file-f'] }],
    ['an old file', { type: 'file', id: 'f', legacy: true }, { kind: 'search', names: ['f'] }],
    ['a file in full', { type: 'file', id: 'f', context: 'full' }, { kind: 'file', id: 'f' }],
    ['a file without an id', { type: 'file', collection_name: 'c' }, { kind: 'search', names: ['c'] }],
    ['a base', { type: 'collection', id: 'k' }, { kind: 'search', names: ['k'] }],
    [
      'several old bases',
      { type: 'collection', legacy: true, collection_names: ['a', 1, 'b'] },
      { kind: 'search', names: ['a', 'b'] },
    ],
    ['a base in full', { type: 'collection', id: 'k', context: 'full' }, { kind: 'files', names: ['k'] }],
    ['an indexed text', { type: 'text', collection_name: 'c', file: page }, { kind: 'search', names: ['c'] }],
    ['a note', { type: 'note', id: 'n' }, { kind: 'row', type: 'note' }],
    ['a URL', { type: 'url', url: 'https://a.example' }, { kind: 'page', url: 'https://a.example' }],
    ['a web search', { type: 'web_search', collection_name: 'w' }, { kind: 'search', names: ['w'] }],
    ['collections', { collection_names: ['a', 'b'] }, { kind: 'search', names: ['a', 'b'] }],
    ['nothing', {}, null],
    ['a base without an id', { type: 'collection' }, null],
    ['a URL that is none', { type: 'url', url: 7 }, null],
    ['empty text', { type: 'text', content: '' }, null],
    ['wrong types', { type: 'file', id: {}, file: 'x', docs: 'y', collection_name: 3 }, null],
  ])('searches or reads %s', (_, item, expected) => expect(plan(item)).toEqual(expected));

  it.each<[string, object, object]>([
    ['text', { type: 'text', id: 'i', name: 'n', content: 'T' }, { text: 'T', metadata: { file_id: 'i', name: 'n' } }],
    [
      'a page in full',
      { type: 'text', context: 'full', collection_name: 'c', file: page },
      { text: 'Page', metadata: page.meta },
    ],
    ['a page that is not indexed', { type: 'text', file: page }, { text: 'Page', metadata: page.meta }],
    [
      'a file with its text',
      {
        type: 'file',
        id: 'f',
        name: 'n',
        context: 'full',
        file: { data: { content: 'F', metadata: { source: 's' } } },
      },
      { text: 'F', metadata: { file_id: 'f', name: 'n', source: 's' } },
    ],
    ['documents', { docs: [{ content: 'D', metadata: { source: 's' } }] }, { text: 'D', metadata: { source: 's' } }],
  ])('takes %s from the request', (_, item, text) => expect(plan(item)).toEqual({ kind: 'inline', texts: [text] }));

  it('reads files and bases in full while retrieval is bypassed', () => {
    expect(plan({ type: 'file', id: 'f' }, true)).toEqual({ kind: 'file', id: 'f' });
    expect(plan({ type: 'collection', id: 'k' }, true)).toEqual({ kind: 'files', names: ['k'] });
    expect(plan({ type: 'text', collection_name: 'c' }, true)).toEqual({ kind: 'search', names: ['c'] });
  });
});
