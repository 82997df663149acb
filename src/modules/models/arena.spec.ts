import { arenasOf, contestantsOf, isSharedWith, toArenaEntry } from './arena';

const arena = (meta: object = {}, id = 'a') => ({ id, name: 'A', meta: { ...meta } });
const caller = { id: 'u', role: 'user' as const, groupIds: ['g'] };

describe('arenasOf', () => {
  it('gives one of all models when nobody made another', () => {
    expect(arenasOf({ enable: true, models: [] })).toMatchObject([{ id: 'arena-model', meta: { model_ids: null } }]);
  });

  it('gives those that were made, of equal ids the first, and none when they are off', () => {
    const models = [arena({ n: 1 }), { id: 'b', name: 'B' }, arena({ n: 2 })];
    expect(arenasOf({ enable: true, models })).toEqual([arena({ n: 1 }), { id: 'b', name: 'B', meta: {} }]);
    expect(arenasOf({ enable: false, models })).toEqual([]);
  });
});

describe('isSharedWith', () => {
  it.each<[unknown, boolean]>([
    [null, true],
    [undefined, false],
    [{}, false],
    [{ read: { user_ids: ['u'] } }, true],
    [{ read: { group_ids: ['x', 'g'] } }, true],
    [{ read: { group_ids: ['u'], user_ids: ['g'] } }, false],
    [{ write: { user_ids: ['u'] } }, false],
    ['public', false],
    [{ read: null }, false],
    [{ read: { user_ids: 'u' } }, false],
  ])('%j: %s', (access_control, expected) => {
    expect(isSharedWith(arena({ access_control }), caller)).toBe(expected);
  });
});

describe('contestantsOf', () => {
  it.each([
    [{}, { exclude: [] }],
    [{ model_ids: null, filter_mode: 'include' }, { exclude: [] }],
    [{ model_ids: ['m'] }, { include: ['m'] }],
    [{ model_ids: ['m', 5], filter_mode: 'include' }, { include: ['m'] }],
    [{ model_ids: ['m'], filter_mode: 'exclude' }, { exclude: ['m'] }],
  ])('%j: %j', (meta, expected) => {
    expect(contestantsOf(arena(meta))).toEqual(expected);
  });
});

it('the entry of an arena has no picture, and the arena keeps it', () => {
  const one = arena({ profile_image_url: 'data:image/png;base64,AAAA', description: 'd' });
  expect(toArenaEntry(one)).toMatchObject({ owned_by: 'arena', arena: true, info: { meta: { description: 'd' } } });
  expect(JSON.stringify(toArenaEntry(one))).not.toContain('base64');
  expect(one.meta).toHaveProperty('profile_image_url');
});
