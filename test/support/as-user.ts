import { randomUUID } from 'node:crypto';
import { AccountsService, type NewAccount } from '../../src/modules/auth/accounts/accounts.service';
import { PasswordHasherService } from '../../src/modules/auth/passwords/password-hasher.service';
import { TokenService } from '../../src/modules/auth/sessions/token.service';
import type { Principal, Role } from '../../src/common/auth/principal';
import type { TestApp } from './app';
import { api, type Api } from './http';

export interface TestUser {
  id: string;
  name: string;
  email: string;
  role: Role;
  password: string;
  token: string;
  /** Client that sends the user's session token. */
  api: Api;
}

/**
 * A new account of that role with a session, made by the services and not over HTTP: no limits, no first-user rule.
 * Give an administrator first when the test depends on who the primary one is.
 */
export async function asUser(app: TestApp, role: Role = 'user', account: Partial<NewAccount> = {}): Promise<TestUser> {
  const mark = randomUUID().slice(0, 8);
  const password = `pw-${mark}`;
  const passwordHash = await app.get(PasswordHasherService).hash(password);
  const names = { name: `${role} ${mark}`, email: `${role}-${mark}@example.com` };
  const user = await app.get(AccountsService).create({ ...names, role, passwordHash, ...account });
  const { token } = app.get(TokenService).issue(user);
  return { id: user.id, name: user.name, email: user.email, role, password, token, api: api(app.url, token) };
}

/** The user as services get it. */
export const principalOf = ({ id, role, name, email, token }: TestUser, groupIds: string[] = []): Principal => ({
  ...{ id, role, name, email, groupIds },
  credential: { kind: 'jwt', token, jti: '', expiresAt: null },
});
