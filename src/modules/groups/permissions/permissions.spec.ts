import {
  completeTree,
  mergePermissions,
  newPermissionTree,
  permissionErrors,
  permissionIn,
  permissionTreeFrom,
} from './permissions';

const defaults = newPermissionTree();

describe('permissionTreeFrom', () => {
  it('has the defaults of the code without variables', () => expect(permissionTreeFrom({})).toEqual(defaults));

  it('reads every leaf from its variable', () => {
    const tree = permissionTreeFrom({
      USER_PERMISSIONS_WORKSPACE_MODELS_ACCESS: 'True',
      USER_PERMISSIONS_CHAT_DELETE: 'false',
      USER_PERMISSIONS_FEATURES_API_KEYS: 'true',
    });
    expect(tree.workspace.models).toBe(true);
    expect(tree.chat.delete).toBe(false);
    expect(tree.features.api_keys).toBe(true);
  });

  it('prefers the specific variable to the public one', () => {
    const open = { USER_PERMISSIONS_NOTES_ALLOW_PUBLIC_SHARING: 'true' };
    expect(permissionTreeFrom(open).sharing).toMatchObject({ notes: true, public_notes: true });
    const own = permissionTreeFrom({ ...open, USER_PERMISSIONS_NOTES_ALLOW_SHARING: 'false' });
    expect(own.sharing).toMatchObject({ notes: false, public_notes: true });
  });

  it('refuses what is no boolean', () =>
    expect(() => permissionTreeFrom({ USER_PERMISSIONS_CHAT_EDIT: 'perhaps' })).toThrow('USER_PERMISSIONS_CHAT_EDIT'));
});

describe('mergePermissions', () => {
  it('lets groups give, and never take', () => {
    const merged = mergePermissions(defaults, [
      { workspace: { models: true }, chat: { delete: false } },
      { workspace: { models: false, prompts: true } },
    ]);
    expect(merged.workspace).toMatchObject({ models: true, prompts: true, tools: false });
    expect(merged.chat.delete).toBe(true);
  });

  it('adds keys of groups', () =>
    expect(mergePermissions(defaults, [{ custom: { x: true }, chat: { sing: true } }])).toMatchObject({
      custom: { x: true },
      chat: { sing: true, edit: true },
    }));

  it.each([
    ['a boolean for a section', { chat: true }],
    ['an object for a boolean', { chat: { delete: { x: true } } }],
    ['texts', { workspace: { models: 'true' }, features: 'all' }],
    ['no object', null],
    ['a list', [1]],
  ])('ignores %s', (_, group) => expect(mergePermissions(defaults, [group])).toEqual(defaults));

  it('changes none of its inputs', () => {
    const group = { workspace: { models: true } };
    mergePermissions(defaults, [group]);
    expect(defaults).toEqual(newPermissionTree());
    expect(group).toEqual({ workspace: { models: true } });
  });
});

describe('completeTree', () => {
  it('fills what is missing or mistyped', () => {
    const tree = completeTree({ workspace: { models: true, tools: 'x' }, chat: 7 }, defaults);
    expect(tree).toEqual({ ...defaults, workspace: { ...defaults.workspace, models: true } });
  });
});

describe('permissionIn', () => {
  it.each([
    [{ workspace: { models: true } }, true],
    [{ workspace: { models: false } }, false],
    [{ workspace: {} }, undefined],
    [{ workspace: { models: 'true' } }, undefined],
    [{ workspace: true }, undefined],
    [{}, undefined],
    [null, undefined],
  ])('%j is %p', (tree, expected) => expect(permissionIn(tree, 'workspace.models')).toBe(expected));

  it.each(['__proto__.toString', 'constructor.name', 'workspace', 'workspace.constructor', ''])('%p is no key', (key) =>
    expect(permissionIn(defaults, key)).toBeUndefined(),
  );
});

describe('permissionErrors', () => {
  it('finds none in a part of the tree, and in keys of its own', () =>
    expect(permissionErrors({ workspace: { models: true }, custom: { x: 1 } })).toEqual([]));

  it('names sections and leaves', () =>
    expect(permissionErrors({ chat: true, workspace: { models: 1, tools: false } })).toEqual([
      'workspace.models',
      'chat',
    ]));
});
