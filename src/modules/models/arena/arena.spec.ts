import { arenasOf, candidatesOf, toArenaEntry } from './arena';

const arena = (meta: object = {}, id = 'a') => ({ id, name: 'A', meta: { ...meta } });

describe('arenasOf', () => {
  it('is one of all models when none is configured', () => {
    expect(arenasOf({ enable: true, models: [] })).toMatchObject([{ id: 'arena-model', meta: { model_ids: null } }]);
  });

  it('gives those that were made, of equal ids the first, and none when they are off', () => {
    const models = [arena({ n: 1 }), { id: 'b', name: 'B' }, arena({ n: 2 })];
    expect(arenasOf({ enable: true, models })).toEqual([arena({ n: 1 }), { id: 'b', name: 'B', meta: {} }]);
    expect(arenasOf({ enable: false, models })).toEqual([]);
  });
});

describe('candidatesOf', () => {
  it.each([
    [{}, { exclude: [] }],
    [{ model_ids: null, filter_mode: 'include' }, { exclude: [] }],
    [{ model_ids: ['m'] }, { include: ['m'] }],
    [{ model_ids: ['m', 5], filter_mode: 'include' }, { include: ['m'] }],
    [{ model_ids: ['m'], filter_mode: 'exclude' }, { exclude: ['m'] }],
  ])('%j: %j', (meta, expected) => {
    expect(candidatesOf(arena(meta))).toEqual(expected);
  });
});

it('the entry of an arena has no picture, and the arena keeps it', () => {
  const one = arena({ profile_image_url: 'data:image/png;base64,AAAA', description: 'd' });
  expect(toArenaEntry(one)).toMatchObject({ owned_by: 'arena', arena: true, info: { meta: { description: 'd' } } });
  expect(JSON.stringify(toArenaEntry(one))).not.toContain('base64');
  expect(one.meta).toHaveProperty('profile_image_url');
});
