import { comparableName, findNamed } from './folder-names';

describe('comparableName', () => {
  it.each([
    ['Work', 'work'],
    ['  My__ Work\t2 ', 'my work 2'],
    ['ÄRZTE', 'ärzte'],
    ['_', ''],
    ['a%b', 'a%b'],
  ])('takes %j as %j', (name, comparable) => {
    expect(comparableName(name)).toBe(comparable);
  });
});

describe('findNamed', () => {
  const places = [
    { id: 'a', parentId: null, name: 'Work' },
    { id: 'b', parentId: 'a', name: 'Sub' },
    { id: 'c', parentId: 'b', name: 'Deep' },
    { id: 'd', parentId: null, name: 'Home' },
    { id: 'e', parentId: 'd', name: 'work' },
  ];

  it('finds every folder of the name, and what lies in them', () => {
    expect(findNamed(places, ['WORK']).sort()).toEqual(['a', 'b', 'c', 'e']);
  });

  it('takes several names together', () => {
    expect(findNamed(places, ['deep', 'home']).sort()).toEqual(['c', 'd', 'e']);
  });

  it('finds nothing for an unknown name', () => {
    expect(findNamed(places, ['wor'])).toEqual([]);
  });
});
