import { AuthCleanupJob } from '../../../src/modules/auth/auth-cleanup.job';
import { KnownAddressRepository } from '../../../src/modules/auth/passwords/known-address.repository';
import { SessionRepository } from '../../../src/modules/auth/sessions/session.repository';
import { Database } from '../../../src/platform/database/database';
import { startTestApp, type TestApp } from '../../support/app';
import { asUser } from '../../support/as-user';

const DAY = 86_400;

describe('AuthCleanupJob', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const column = async (sql: string) =>
    (await app.get(Database).query<{ value: string }>(sql)).map(({ value }) => value);

  it('forgets revocations of tokens that expired, and no others', async () => {
    const sessions = app.get(SessionRepository);
    const now = Math.floor(Date.now() / 1000);
    await sessions.revoke('expired', now - 1);
    await sessions.revoke('expired', now - 1);
    await sessions.revoke('alive', now + DAY);
    await sessions.revoke('endless', null);
    await app.get(AuthCleanupJob).run();
    expect(await column('SELECT jti AS value FROM revoked_token ORDER BY jti')).toEqual(['alive', 'endless']);
  });

  it('forgets networks after 90 days without a sign-in', async () => {
    const addresses = app.get(KnownAddressRepository);
    const { id, email } = await asUser(app);
    await addresses.save(id, 'old');
    await app.get(Database).query(`UPDATE known_address SET used_at = used_at - ${91 * DAY}`);
    await addresses.save(id, 'new');
    expect(await addresses.isKnown(email, 'old')).toBe(false);
    expect(await addresses.isKnown(email, 'new')).toBe(true);
    await app.get(AuthCleanupJob).run();
    expect(await column('SELECT fingerprint AS value FROM known_address')).toEqual(['new']);
  });
});
