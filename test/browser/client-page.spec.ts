import { copyFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openPage, startBrowser, type WatchedPage } from '../support/browser';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { deferred } from '../support/deferred';
import { chunk, textStream } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { api } from '../support/http';
import { buildServer, startServerProcess, type ServerProcess } from '../support/process';
import { startRelay, type Relay } from '../support/relay';

/** A static client that the built server serves itself: same origin, cookies, sockets, restarts. */
let browser: Browser;
let database: TestDatabase;
let folder: string;
let provider: FakeOpenAiServer;
let relay: Relay;
let server: ServerProcess;
let visit: WatchedPage;
let page: Page;

const ACCOUNT = { name: 'Ann', email: 'ann@example.com', password: 'a long password' };

beforeAll(async () => {
  buildServer();
  folder = await mkdtemp(join(tmpdir(), 'confab-browser-'));
  await cp(join(__dirname, 'fixtures/client'), join(folder, 'client'), { recursive: true });
  await copyFile(require.resolve('socket.io-client/dist/socket.io.js'), join(folder, 'client/socket.io.js'));
  database = await createTestDatabase();
  provider = await FakeOpenAiServer.start();
  relay = await startRelay();
  await startServer();
  browser = await startBrowser();
  visit = await openPage(browser, relay.url);
  page = visit.page;
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.end('SIGTERM');
  await relay.close();
  await provider.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => provider.reset());

async function startServer(): Promise<void> {
  server = await startServerProcess({
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    FRONTEND_BUILD_DIR: join(folder, 'client'),
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    ENABLE_OLLAMA_API: 'False',
  });
  relay.forward(server.url);
}

const connection = (text: string) =>
  page
    .locator('#connection')
    .filter({ hasText: new RegExp(`^${text}$`) })
    .waitFor();
const reply = (text: string, state: 'running' | 'done') =>
  page.locator(`#messages > li:last-child[data-state=${state}]`).filter({ hasText: text }).waitFor();

async function ask(prompt: string): Promise<void> {
  await page.locator('#prompt').fill(prompt);
  await page.getByRole('button', { name: 'Send' }).click();
}

/** The messages that the server has of the chat in the address bar. */
async function stored(): Promise<{ role: string; content: string; done?: boolean }[]> {
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const id = new URL(page.url()).pathname.replace('/c/', '');
  const { body } = await api(relay.url).get(`/api/v1/chats/${id}`, { headers: { cookie: cookies } });
  return Object.values(body.chat.history.messages);
}

describe('a visitor', () => {
  it('gets the page, makes the first account, and is online with a cookie that scripts cannot read', async () => {
    await page.goto('/');
    await connection('online');
    await page.locator('#name').fill(ACCOUNT.name);
    await page.locator('#email').fill(ACCOUNT.email);
    await page.locator('#password').fill(ACCOUNT.password);
    await page.getByRole('button', { name: 'Enter' }).click();
    await connection('online as Ann');
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === 'token');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    expect(await page.evaluate('document.cookie')).not.toContain('token');
    expect(await page.locator('#picture').evaluate((image: { decode(): Promise<void> }) => image.decode())).toBe(
      undefined,
    );
    expect(visit.problems).toEqual([]);
  });

  it('asks, sees the reply as it is written, and has it stored', async () => {
    const more = deferred<void>();
    provider.onChat = () => ({
      sse: (async function* () {
        yield chunk({ content: 'Hel' });
        await more.promise;
        yield* textStream('lo ', 'you');
      })(),
    });
    await ask('Hello?');
    await reply('Hel', 'running');
    more.resolve();
    await reply('Hello you', 'done');
    expect(page.url()).toMatch(/\/c\/[\w-]{36}$/);
    expect(await stored()).toMatchObject([{ content: 'Hello?' }, { content: 'Hello you' }]);
  });

  it('reloads a page of the client: the cookie keeps the session, and the chat is there', async () => {
    await page.reload();
    await connection('online as Ann');
    await reply('Hello you', 'done');
    expect(await page.title()).toBe('Confab');
  });

  it('reloads while a reply is written, and sees the rest of it', async () => {
    const more = deferred<void>();
    provider.onChat = () => ({
      sse: (async function* () {
        yield chunk({ content: 'One ' });
        await more.promise;
        yield* textStream('two');
      })(),
    });
    await ask('Count');
    await reply('One', 'running');
    await page.reload();
    await connection('online as Ann');
    more.resolve();
    await reply('One two', 'done');
  });

  it('stops a reply, and keeps what was written', async () => {
    await ask('/stall');
    await reply('Half', 'running');
    await page.getByRole('button', { name: 'Stop' }).click();
    await reply('Half', 'done');
  });
});

describe('a restart of the server', () => {
  it('is waited for: the page goes on without a reload, in the same session', async () => {
    await page.evaluate('window.mark = 1');
    relay.forward(undefined);
    expect(await server.end('SIGTERM')).toBe(0);
    await connection('offline');
    await startServer();
    await connection('online as Ann');
    await ask('Still there?');
    await reply('You said: Still there?', 'done');
    expect(await page.evaluate('window.mark')).toBe(1);
  });

  it('by force in the middle of a reply leaves the text so far, and the chat goes on', async () => {
    await ask('/stall');
    await reply('Half', 'running');
    while ((await stored()).at(-1)?.content !== 'Half');
    relay.forward(undefined);
    await server.end('SIGKILL');
    await connection('offline');
    await startServer();
    await connection('online as Ann');
    await page.reload();
    await reply('interrupted', 'done');
    expect((await stored()).at(-1)).toMatchObject({ content: 'Half', done: true });
    await ask('Again');
    await reply('You said: Again', 'done');
  });
});

describe('signing out', () => {
  it('ends the session: the page asks who is there', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('#sign-in').waitFor();
    await connection('online');
    expect((await page.context().cookies()).filter(({ name }) => name === 'token')).toEqual([]);
  });
});
