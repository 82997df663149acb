import type { Browser, Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/app';
import { asUser } from '../support/as-user';
import { openPage, startBrowser, type WatchedPage } from '../support/browser';
import { FakeOpenAiServer } from '../support/fakes/openai-server';

/** The page at `/` of a server without a front end, as people see and use it. */
let browser: Browser;
let provider: FakeOpenAiServer;
let app: TestApp;
let visit: WatchedPage;

const NAME = 'Chat & <b>more</b>';
const ADMIN = { name: 'Ada', email: 'ada@example.com', password: 'pw-ada-1815' };

beforeAll(async () => {
  browser = await startBrowser();
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({ WEBUI_NAME: NAME, OPENAI_API_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-fake' });
});
afterAll(async () => {
  await browser.close();
  await app.close();
  await provider.close();
});
afterEach(async () => {
  // Before the page is closed: that breaks off what is still loading.
  const problems = [...visit.problems];
  await visit.close();
  expect(problems).toEqual([]);
});

/** A new visitor, who sees the whole page. */
async function open(options: Parameters<typeof openPage>[2] = {}): Promise<Page> {
  visit = await openPage(browser, app.url, options);
  await visit.page.goto('/');
  await visit.page.locator('#session').waitFor();
  await visit.page.locator('#health [data-state=done]').nth(1).waitFor();
  return visit.page;
}

async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

const focused = (page: Page) => page.evaluate<string>('document.activeElement.id || document.activeElement.tagName');

describe('the first visit', () => {
  it('makes the administrator with the keyboard alone, and shows what is left to set up', async () => {
    const page = await open();
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toContain('Create the administrator');
    await page.keyboard.press('Tab');
    expect(await page.getByText('Skip to content').boundingBox()).toMatchObject({ x: expect.any(Number) });
    await page.keyboard.press('Enter');
    for (let tabs = 0; (await focused(page)) !== 'form-name'; tabs++) {
      expect(tabs).toBeLessThan(10);
      await page.keyboard.press('Tab');
    }
    for (const field of [ADMIN.name, ADMIN.email, ADMIN.password]) {
      await page.keyboard.type(field);
      await page.keyboard.press('Tab');
    }
    expect(await focused(page)).toBe('form-submit');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Signed in as Ada' }).waitFor();
    const items = page.locator('#checklist > li');
    expect(await items.locator('strong').allTextContents()).toEqual([
      'Database',
      'Secret',
      'Model provider',
      'Embedding',
      'File storage',
    ]);
    const commands = await page.getByRole('region', { name: 'Next:' }).allTextContents();
    expect(commands).toContainEqual(expect.stringContaining('secret.key'));
  });
});

describe('a later visit', () => {
  it('of an administrator: signs in, reloads, and signs out', async () => {
    const page = await open();
    await signIn(page, ADMIN);
    await page.reload();
    await page.getByRole('heading', { name: 'First run' }).waitFor();
    expect(await page.locator('#checklist [data-state=todo]').allTextContents()).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('heading', { name: 'First run' }).isVisible()).toBe(false);
    expect(await focused(page)).toBe('form-email');
  });

  it('of a user: no list', async () => {
    const page = await open();
    const user = await asUser(app);
    await signIn(page, user);
    expect(await page.getByRole('heading', { name: `Signed in as ${user.name}` }).isVisible()).toBe(true);
    expect(await page.getByRole('heading', { name: 'First run' }).isVisible()).toBe(false);
  });

  it('with a wrong password: says so, and keeps the e-mail address', async () => {
    const page = await open();
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'password' }).waitFor();
    expect(await page.getByLabel('E-mail').inputValue()).toBe(ADMIN.email);
    expect(await focused(page)).toBe('form-password');
    // The browser reports the refusal itself.
    expect(visit.problems.splice(0)).toEqual([expect.stringContaining('400')]);
  });

  it('names the installation, as text', async () => {
    const page = await open();
    expect(await page.title()).toBe(NAME);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(NAME);
  });
});

describe('links', () => {
  it('lead to pages that work', async () => {
    const page = await open();
    const links = await page.locator('.links a').evaluateAll((all) => all.map((each) => each.getAttribute('href')));
    expect(links).toEqual(['/docs', '/openapi.json', '/ready']);
    for (const link of links) expect((await page.request.get(link ?? '')).status()).toBe(200);
    await page.getByRole('link', { name: 'Explorer' }).click();
    await page.locator('.opblock-tag').first().waitFor();
    expect(await page.title()).toBe('Confab explorer');
  });
});

/** The lowest contrast of a text with what is behind it (WCAG 2), and whose it is. */
const LOWEST_CONTRAST = `(() => {
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = numbers(color).map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    const color = getComputedStyle(node).backgroundColor;
    return (numbers(color)[3] ?? 1) === 0 ? behind(node.parentElement) : color;
  };
  const texts = [...document.querySelectorAll('body *')].filter(
    (node) => node.checkVisibility() && [...node.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim()),
  );
  const contrasts = texts.map((node) => {
    const [a, b] = [luminance(getComputedStyle(node).color), luminance(behind(node))].sort((x, y) => y - x);
    return { ratio: (a + 0.05) / (b + 0.05), text: node.textContent };
  });
  return contrasts.sort((a, b) => a.ratio - b.ratio)[0];
})()`;

describe('looks', () => {
  it.each(['light', 'dark'] as const)('are %s as the visitor wants it, and can be read', async (colorScheme) => {
    const page = await open({ colorScheme });
    await signIn(page, ADMIN);
    await page.locator('#checklist > li').first().waitFor();
    const back = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const [red = 0] = (back.match(/\d+/g) ?? []).map(Number);
    expect(red > 128).toBe(colorScheme === 'light');
    const lowest = await page.evaluate<{ ratio: number; text: string }>(LOWEST_CONTRAST);
    expect(lowest.ratio).toBeGreaterThanOrEqual(4.5);
  });

  it.each([320, 390, 1280])('fit a window of %d pixels', async (width) => {
    const page = await open({ viewport: { width, height: 700 }, isMobile: width < 500, hasTouch: width < 500 });
    await signIn(page, ADMIN);
    await page.locator('#checklist > li').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    // Wide enough for a finger (WCAG 2.5.8 asks for 24).
    const { height } = (await page.getByRole('button', { name: 'Sign out' }).boundingBox()) ?? { height: 0 };
    expect(height).toBeGreaterThanOrEqual(24);
  });
});
