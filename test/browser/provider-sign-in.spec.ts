import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/app';
import { openPage, startBrowser, type WatchedPage } from '../support/browser';
import { CLIENT } from '../support/fakes/identity-provider';
import { startOidcProvider, type OidcProvider } from '../support/oidc-browser';
import { AuthDetail } from '../../src/modules/auth/auth.errors';

/** People with a browser, the pages of a real OpenID Connect provider, and a login page that takes the session over. */
let browser: Browser;
let provider: OidcProvider;
let app: TestApp;
let visit: WatchedPage;
let page: Page;

beforeAll(async () => {
  provider = await startOidcProvider({ name: 'Ada L', email_verified: true });
  app = await startTestApp({
    OAUTH_CLIENT_ID: CLIENT.id,
    OAUTH_CLIENT_SECRET: CLIENT.secret,
    OPENID_PROVIDER_URL: `${provider.url}/.well-known/openid-configuration`,
    ENABLE_OAUTH_SIGNUP: 'true',
    DEFAULT_USER_ROLE: 'user',
    FRONTEND_BUILD_DIR: join(__dirname, 'fixtures/login'),
  });
  browser = await startBrowser();
});
beforeEach(async () => {
  visit = await openPage(browser, app.url);
  ({ page } = visit);
  // The provider's pages name a font of another host.
  await page.route('**', (route) =>
    new URL(route.request().url()).hostname === '127.0.0.1' ? route.continue() : route.abort(),
  );
  await page.goto('/auth');
  await user('nobody');
});
afterEach(() => visit.close());
afterAll(async () => {
  await browser.close();
  await app.close();
  await provider.close();
});

const user = (text: string) => page.locator('#user').filter({ hasText: text }).waitFor();
const tokenCookie = async () => (await page.context().cookies()).find(({ name }) => name === 'token');

async function logIn(name: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in at the provider' }).click();
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
}

it.each([
  ['ada', 'admin'],
  ['bob', 'user'],
])('%s signs in at the provider, and stays signed in', async (name, role) => {
  await logIn(name);
  await page.locator('button[type=submit]').click();
  await user(`Ada L, ${role}`);
  expect(page.url()).toBe(`${app.url}/auth`);
  expect(await tokenCookie()).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  expect(await page.evaluate('document.cookie')).not.toContain('token');
  await page.reload();
  await user(`Ada L, ${role}`);
});

it('a user who denies consent at the provider sees the reason and is not signed in', async () => {
  await logIn('cleo');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.getByRole('alert').filter({ hasText: AuthDetail.invalidCredentials }).waitFor();
  await user('nobody');
  expect(await tokenCookie()).toBeUndefined();
});
