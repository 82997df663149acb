import { RowNotFoundError } from '../../../src/common/errors/app-error';
import { AccessService } from '../../../src/modules/access/access.service';
import type { Permission } from '../../../src/modules/access/access-grant.entity';
import type { AccessPrincipal } from '../../../src/modules/access/access.types';
import { SampleRepository, startSampleApp, type SampleApp } from './sample';

const caller = (id: string, change: Partial<AccessPrincipal> = {}): AccessPrincipal => ({
  id,
  role: 'user',
  groupIds: [],
  ...change,
});
const ann = caller('ann');
const bob = caller('bob');
const member = caller('cid', { groupIds: ['g0', 'g1'] });
const admin = caller('root', { role: 'admin' });

describe('ShareableRepository', () => {
  let app: SampleApp;
  let samples: SampleRepository;
  let access: AccessService;

  beforeAll(async () => {
    app = await startSampleApp();
    samples = app.module.get(SampleRepository);
    access = app.module.get(AccessService);
    const ids = ['private', 'public', 'read-bob', 'write-bob', 'read-g1', 'write-g1', 'orphan'];
    await samples.insert(...ids.map((id) => ({ id, ownerId: id === 'orphan' ? null : 'ann' })));
    await access.replace('sample', 'public', null);
    await access.replace('sample', 'read-bob', { read: { user_ids: ['bob'] } });
    await access.replace('sample', 'write-bob', { write: { user_ids: ['bob'] } });
    await access.replace('sample', 'read-g1', { read: { group_ids: ['g1'] } });
    await access.replace('sample', 'write-g1', { write: { group_ids: ['g1', 'g2'] } });
    await access.replace('other', 'private', null);
    await access.replace('sample', 'read-g1x', { read: { user_ids: ['g1'] } });
  });
  afterAll(() => app.close());

  const cases: [string, AccessPrincipal, Permission, string[]][] = [
    ['the owner', ann, 'read', ['private', 'public', 'read-bob', 'read-g1', 'write-bob', 'write-g1']],
    ['the owner', ann, 'write', ['private', 'public', 'read-bob', 'read-g1', 'write-bob', 'write-g1']],
    ['a user with grants', bob, 'read', ['public', 'read-bob']],
    ['a user with grants', bob, 'write', ['write-bob']],
    ['a member of a group with grants', member, 'read', ['public', 'read-g1']],
    ['a member of a group with grants', member, 'write', ['write-g1']],
    ['another user', caller('eve'), 'read', ['public']],
    ['another user', caller('eve'), 'write', []],
    ['a user whose id is that of a group', caller('g1'), 'read', ['public']],
    [
      'an administrator',
      admin,
      'write',
      ['orphan', 'private', 'public', 'read-bob', 'read-g1', 'write-bob', 'write-g1'],
    ],
  ];

  it.each(cases)('shows %s (%j) what is theirs to %s', async (_, who, level, ids) => {
    expect(await samples.idsFor(who, level)).toEqual(ids);
  });

  it.each(cases)('loads for %s (%j) the same rows one by one to %s', async (_, who, level, ids) => {
    const all = ['private', 'public', 'read-bob', 'write-bob', 'read-g1', 'write-g1', 'orphan'];
    const loaded = await Promise.all(all.map((id) => samples.findFor(who, level, id)));
    expect(loaded.flatMap((row) => (row ? [row.id] : [])).sort()).toEqual(ids);
  });

  it('does not distinguish a forbidden row from an unknown one when it loads', async () => {
    await expect(samples.getFor(bob, 'read', 'private')).rejects.toThrow(RowNotFoundError);
    await expect(samples.getFor(bob, 'read', 'nope')).rejects.toThrow(RowNotFoundError);
    await expect(samples.getFor(ann, 'read', 'private')).resolves.toMatchObject({ id: 'private' });
  });

  it('stays restricted whatever condition a query sets', async () => {
    expect((await samples.idsWhere(bob, 'TRUE')).sort()).toEqual(['public', 'read-bob']);
  });

  it('knows whether a row exists', async () => {
    expect(await samples.exists('private')).toBe(true);
    expect(await samples.exists('nope')).toBe(false);
  });

  it('counts owners and administrators as those who decide on sharing', () => {
    const row = { id: 'private', ownerId: 'ann' };
    expect([ann, admin, bob].map((who) => samples.isOwnedBy(who, row))).toEqual([true, true, false]);
  });

  it.each(['BYPASS_ADMIN_ACCESS_CONTROL', 'ENABLE_ADMIN_WORKSPACE_CONTENT_ACCESS'])(
    'binds administrators to grants when %s is false',
    async (variable) => {
      const bound = await startSampleApp({ [variable]: 'False' });
      try {
        const rows = bound.module.get(SampleRepository);
        await rows.insert({ id: 'theirs', ownerId: 'ann' }, { id: 'own', ownerId: 'root' });
        expect(await rows.idsFor(admin, 'read')).toEqual(['own']);
        expect(await rows.findFor(admin, 'write', 'theirs')).toBeNull();
        expect(rows.isOwnedBy(admin, { id: 'theirs', ownerId: 'ann' })).toBe(false);
      } finally {
        await bound.close();
      }
    },
  );
});
