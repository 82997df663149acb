import 'reflect-metadata';
import * as fc from 'fast-check';
import type { ValidationError } from '../../common/errors/validation-error';
import { ContractValidationPipe } from '../../common/validation/contract-validation.pipe';
import { fromGrants, isReadableBy, toGrants } from './access-control';
import { SharedWith } from './access-control.dto';

const none = { group_ids: [], user_ids: [] };

describe('access control codec', () => {
  it('makes one grant of "everybody may read"', () => {
    expect(toGrants(null)).toEqual([{ permission: 'read', principalType: 'public', principalId: '*' }]);
    expect(fromGrants(toGrants(null))).toBeNull();
  });

  it('makes no grants of private', () => {
    expect(toGrants({})).toEqual([]);
    expect(toGrants({ read: none, write: {} })).toEqual([]);
    expect(fromGrants([])).toEqual({});
  });

  it('completes what a client left out', () => {
    expect(fromGrants(toGrants({ write: { user_ids: ['u'] } }))).toEqual({
      read: none,
      write: { group_ids: [], user_ids: ['u'] },
    });
  });

  it('takes null for an empty list, and a repeated id once', () => {
    const sent = { read: null, write: { group_ids: null, user_ids: ['u', 'u'] } } as unknown as SharedWith;
    expect(toGrants(sent)).toEqual([{ permission: 'write', principalType: 'user', principalId: 'u' }]);
  });

  it('returns the full form as it was sent, with sorted ids, whatever the order of the grants', () => {
    const ids = fc.uniqueArray(fc.uuid(), { minLength: 1 }).map((list) => list.sort());
    const grantees = fc.record({ group_ids: ids, user_ids: ids });
    fc.assert(
      fc.property(fc.record({ read: grantees, write: grantees }), (sent) => {
        expect(fromGrants(toGrants(sent).reverse())).toEqual(sent);
      }),
    );
  });
});

describe('SharedWith as a request', () => {
  const parse = (value: unknown) =>
    new ContractValidationPipe().transform(value, { type: 'body', metatype: SharedWith, data: undefined });

  function faultsOf(value: unknown) {
    try {
      parse(value);
    } catch (error) {
      return (error as ValidationError).issues.map(({ type, loc }) => [type, loc.slice(1).join('.')]);
    }
    return [];
  }

  it('drops unknown keys', () => {
    const sent = { read: { user_ids: ['u'], extra: 1 }, admin: { user_ids: ['v'] } };
    expect(parse(sent)).toEqual({ read: { user_ids: ['u'] } });
  });

  it.each<[string, unknown, [string, string][]]>([
    ['a list instead of an object', { read: ['u'] }, [['model_attributes_type', 'read.0']]],
    ['a text instead of an object', { write: 'u' }, [['model_attributes_type', 'write']]],
    ['a list of objects instead of an object', { read: [{}] }, [['model_attributes_type', 'read']]],
    ['a text instead of a list', { read: { user_ids: 'u' } }, [['list_type', 'read.user_ids']]],
    ['an object instead of a list', { read: { user_ids: { 0: 'u' } } }, [['list_type', 'read.user_ids']]],
    ['numbers instead of ids', { write: { group_ids: [1] } }, [['string_type', 'write.group_ids.0']]],
    ['an id that is too long', { read: { user_ids: ['u'.repeat(256)] } }, [['string_too_long', 'read.user_ids']]],
    ['too many ids', { read: { user_ids: Array(1001).fill('u') } }, [['too_long', 'read.user_ids']]],
  ])('refuses %s', (_, value, faults) => {
    expect(faultsOf(value)).toEqual(faults);
  });

  it('takes everything empty', () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ read: null, write: { user_ids: null } })).toEqual([]);
  });
});

describe('isReadableBy', () => {
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
  ])('%j: %s', (accessControl, expected) => {
    expect(isReadableBy({ id: 'u', role: 'user', groupIds: ['g'] }, accessControl)).toBe(expected);
  });
});
