import { validateSync } from 'class-validator';
import { defaultsOf } from '../../platform/settings/environment-defaults';
import { AuthSettings } from './auth.settings';

const faultsOf = (source: Record<string, string>) =>
  validateSync(Object.assign(new AuthSettings(), defaultsOf(AuthSettings, source))).map(({ property }) => property);

describe('AuthSettings', () => {
  it('is valid as it comes', () => expect(faultsOf({})).toEqual([]));

  it('takes every duration of the grammar', () =>
    expect(['4w', '1h30m', '-1', '0s'].flatMap((JWT_EXPIRES_IN) => faultsOf({ JWT_EXPIRES_IN }))).toEqual([]));

  it.each(['banana', '-1h', ''])('refuses to start with JWT_EXPIRES_IN=%p', (JWT_EXPIRES_IN) =>
    expect(faultsOf({ JWT_EXPIRES_IN })).toEqual(['jwt_expires_in']),
  );

  it('refuses to start with an unknown role', () =>
    expect(faultsOf({ DEFAULT_USER_ROLE: 'root' })).toEqual(['default_user_role']));
});
