import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type BrowserServer } from 'playwright-core';
import { pagesStage } from '../support/web-pages';
import { ARGUMENTS, EXECUTABLE } from '../support/browser';

const stage = pagesStage();
const never = new AbortController().signal;

/** Recent browsers refuse such requests themselves: the loader must not depend on it. */
const OPEN = '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests';

let server: BrowserServer;
const hits: string[] = [];
/** A server of the private network. */
const inside = createServer((request, response) => {
  hits.push(request.url ?? '');
  response.writeHead(200, { 'access-control-allow-origin': '*' }).end('secret');
});

beforeAll(async () => {
  inside.listen(0, '127.0.0.1');
  await once(inside, 'listening');
  expect(existsSync(EXECUTABLE)).toBe(true);
  server = await chromium.launchServer({ executablePath: EXECUTABLE, headless: true, args: [...ARGUMENTS, OPEN] });
});
afterAll(async () => {
  inside.close();
  await server.close();
});

const loader = (settings = {}) =>
  stage.pagesWith({
    ...{ web_loader_engine: 'playwright', playwright_ws_url: server.wsEndpoint(), playwright_timeout: 20_000 },
    ...settings,
  });

describe('the loader that uses a browser', () => {
  it('reads what scripts made of a page', async () => {
    const script = `fetch('/data.json').then((r) => r.json()).then(({ text }) => { document.body.append(text); document.title = 'Made'; });`;
    stage.internet.handler = ({ path }) => {
      if (path === '/data.json') return { json: { text: 'from data' } };
      if (path === '/app.js') return { text: script, type: 'text/javascript' };
      const html = `<html lang="fr"><head><title>Empty</title></head><body>static <script src="/app.js"></script><img src="/a.png"></body></html>`;
      return { text: html };
    };
    const document = await loader().fetchPage('http://a.test/', never);
    expect(document.content).toContain('static');
    expect(document.content).toContain('from data');
    expect(document.metadata).toEqual({ source: 'http://a.test/', language: 'fr', title: 'Made' });
    expect(stage.internet.requests.map(({ path }) => path)).not.toContain('/a.png');
  });

  it('reaches nothing that may not be fetched, by no way out of a browser', async () => {
    const secret = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/secret`;
    const targets = [secret, secret.replace('127.0.0.1', 'localhost'), 'http://private.test/', 'http://meta.test/'];
    const html = `<html><body>page
      ${targets.map((url) => `<iframe src="${url}"></iframe><script src="${url}"></script>`).join('')}
      <script>
        for (const url of ${JSON.stringify([...targets, '/redirect'])}) {
          fetch(url, { mode: 'no-cors' }).catch(() => {});
          fetch(url, { method: 'POST', mode: 'no-cors' }).catch(() => {});
          navigator.sendBeacon(url);
          try { new WebSocket(url.replace('http', 'ws')); } catch {}
          new EventSource(url);
        }
      </script></body></html>`;
    stage.internet.handler = ({ host, path }) => {
      if (path === '/redirect') return { status: 302, headers: { location: secret } };
      return host === 'a.test' ? { text: html } : { text: 'secret' };
    };
    const { content } = await loader().fetchPage('http://a.test/', never);
    expect(content).toContain('page');
    expect(hits).toEqual([]);
    expect(stage.internet.requests.every(({ host }) => host === 'a.test')).toBe(true);
  });

  it('refuses a page that redirects into a private network, and goes on with others', async () => {
    stage.internet.handler = ({ path }) =>
      path === '/bad' ? { status: 302, headers: { location: 'http://10.0.0.1/' } } : { text: '<p>good' };
    const urls = ['http://a.test/bad', 'http://127.0.0.1/', 'http://a.test/good'];
    const found = await loader().fetchPages(urls, never);
    expect(found.documents.map(({ url, content }) => [url, content])).toEqual([['http://a.test/good', 'good']]);
    expect(found.failures.map(({ url }) => url).sort()).toEqual(['http://127.0.0.1/', 'http://a.test/bad']);
  });

  it('gives up on a page that never loads', async () => {
    stage.internet.handler = () => 'never';
    const found = await loader({ playwright_timeout: 3000 }).fetchPages(['http://a.test/'], never);
    expect(found.failures).toHaveLength(1);
  });
});
