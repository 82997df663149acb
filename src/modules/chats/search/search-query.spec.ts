import { parseSearch } from './search-query';

const ANY = { needle: '', tagIds: [], isUntagged: false, folderNames: [], isArchived: false };

describe('parseSearch', () => {
  it.each([
    ['', ANY],
    ['   ', ANY],
    ['  Crème  brûlée ', { ...ANY, needle: 'creme  brulee' }],
    ['TAG:Work tag:b c', { ...ANY, tagIds: ['work', 'b'], needle: 'c' }],
    ['tag:a tag:NONE x', { ...ANY, isUntagged: true, needle: 'x' }],
    ['\ttag:a  b', { ...ANY, tagIds: ['a'], needle: 'b' }],
    ['tag:', { ...ANY, tagIds: [''] }],
    ['find folder:Two_Words this folder:x', { ...ANY, folderNames: ['two_words', 'x'], needle: 'find this' }],
    ['pinned:true pinned:false', { ...ANY, isPinned: true }],
    ['pinned:FALSE', { ...ANY, isPinned: false }],
    ['pinned:maybe', ANY],
    ['archived:true', { ...ANY, isArchived: true }],
    ['archived:false shared:false', { ...ANY, isShared: false }],
    ['shared:true a', { ...ANY, isShared: true, needle: 'a' }],
    ['notag:x std::tag:y', { ...ANY, needle: 'notag:x std::tag:y' }],
    ['100% a_b \\', { ...ANY, needle: '100% a_b \\' }],
  ])('%s', (text, query) => expect(parseSearch(text)).toEqual(query));
});
