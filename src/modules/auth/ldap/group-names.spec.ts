import { groupNamesOf } from './group-names';

describe('groupNamesOf', () => {
  it.each([
    ['cn=Team A,ou=groups,dc=x', 'Team A'],
    ['CN=Team A+ou=b,dc=x', 'Team A'],
    ['ou=groups,CN=Inner,cn=Outer,dc=x', 'Inner'],
    ['cn=a\\,b,dc=x', 'a,b'],
    ['cn=a\\2Cb,dc=x', 'a,b'],
    ['cn=Caf\\C3\\A9,dc=x', 'Café'],
    ['ou=x\\,cn=evil,cn=real,dc=x', 'real'],
    ['xcn=no, cn = Padded ,dc=x', 'Padded'],
  ])('takes the first CN of %s', (text, name) => {
    expect(groupNamesOf([text])).toEqual([name]);
  });

  it('leaves out names without one, and repetitions', () => {
    expect(groupNamesOf(['ou=groups,dc=x', '', 'cn=,dc=x', 'cn=A,dc=x', 'CN=A,dc=y'])).toEqual(['A']);
  });
});
