import { DataSource } from 'typeorm';
import { AccessService } from '../../../src/modules/access/access.service';
import { Transaction } from '../../../src/platform/database/transaction';
import { queriesOf } from '../../support/query-counter';
import { startSampleApp, type SampleApp } from './sample';

const shared = {
  read: { group_ids: ['g1', 'g2'], user_ids: ['u1'] },
  write: { group_ids: [], user_ids: ['u1', 'u2'] },
};

describe('AccessService', () => {
  let app: SampleApp;
  let access: AccessService;

  beforeAll(async () => {
    app = await startSampleApp();
    access = app.module.get(AccessService);
  });
  afterAll(() => app.close());

  it('returns the sharing of many rows with one query, private where nothing is granted', async () => {
    await access.replace('sample', 'a', null);
    await access.replace('sample', 'b', shared);
    const queries = await queriesOf(app.module.get(DataSource), async () => {
      const found = await access.grantsOf('sample', ['b', 'a', 'none']);
      expect([...found]).toEqual([
        ['b', shared],
        ['a', null],
        ['none', {}],
      ]);
    });
    expect(queries).toHaveLength(1);
  });

  it('asks nothing for no rows', async () => {
    expect(await queriesOf(app.module.get(DataSource), () => access.grantsOf('sample', []))).toEqual([]);
  });

  it('replaces all grants of one row and of no other', async () => {
    await access.replace('sample', 'c', shared);
    await access.replace('sample', 'd', shared);
    await access.replace('other', 'c', shared);
    await access.replace('sample', 'c', { write: { user_ids: ['u9'] } });
    const none = { group_ids: [], user_ids: [] };
    expect(await access.accessControlOf('sample', 'c')).toEqual({ read: none, write: { ...none, user_ids: ['u9'] } });
    expect(await access.accessControlOf('sample', 'd')).toEqual(shared);
    expect(await access.accessControlOf('other', 'c')).toEqual(shared);
    await access.remove('sample', 'd');
    expect(await access.accessControlOf('sample', 'd')).toEqual({});
  });

  it('stores the largest sharing that a request may ask for', async () => {
    const ids = (kind: string) => Array.from({ length: 1000 }, (_, index) => `${kind}${index}`.padStart(255, 'x'));
    const largest = { group_ids: ids('g').sort(), user_ids: ids('u').sort() };
    await access.replace('sample', '/'.padEnd(255, '字'), { read: largest, write: largest });
    expect(await access.accessControlOf('sample', '/'.padEnd(255, '字'))).toEqual({ read: largest, write: largest });
  });

  it('survives concurrent replacements of one row', async () => {
    await Promise.all(Array.from({ length: 10 }, () => access.replace('sample', 'busy', shared)));
    expect(await access.accessControlOf('sample', 'busy')).toEqual(shared);
  });

  it('removes all grants of a user or a group, and rolls back with the deletion', async () => {
    await access.replace('sample', 'e', shared);
    const failing = app.module.get(Transaction).run(async () => {
      await access.removePrincipal('user', 'u1');
      throw new Error('deletion failed');
    });
    await expect(failing).rejects.toThrow('deletion failed');
    expect(await access.accessControlOf('sample', 'e')).toEqual(shared);
    await access.removePrincipal('user', 'u1');
    await access.removePrincipal('group', 'g2');
    const after = {
      read: { group_ids: ['g1'], user_ids: [] },
      write: { group_ids: [], user_ids: ['u2'] },
    };
    expect(await access.accessControlOf('sample', 'e')).toEqual(after);
  });
});
