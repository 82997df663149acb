import type { ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { deferred } from '../../support/deferred';
import { ONLY_DELAYS } from '../../support/delays';
import type { InternetAnswer } from '../../support/fakes/internet';
import { pagesStage } from '../../support/web-pages';
import { detailOf } from '../../support/web-search';

const stage = pagesStage();
afterEach(() => jest.useRealTimers());
const never = new AbortController().signal;

/** Answers by path. */
const pages = (byPath: Record<string, InternetAnswer>) => {
  stage.internet.handler = ({ path }) => byPath[path] ?? { status: 404, text: 'gone', type: 'text/plain' };
};

const EMPTY =
  '[ERROR: The content provided is empty. Please ensure that there is text or data present before proceeding.]';
const reasonsOf = async (url: string, settings = {}) =>
  (await stage.pagesWith(settings).fetchPages([url], never)).failures.map(({ reason }) => reason);

describe('WebPagesService: limits', () => {
  const small = { web_fetch_max_size: 1000 };

  it('takes a page of exactly the limit, and no byte more, however it is packed', async () => {
    const text = 'x'.repeat(1000);
    pages({
      '/plain': { text },
      '/gzip': { text: gzipSync(text), headers: { 'content-encoding': 'gzip' } },
      '/br': { text: brotliCompressSync(text), headers: { 'content-encoding': 'br' } },
      '/plain+': { text: `${text}x` },
      '/gzip+': { text: gzipSync(`${text}x`), headers: { 'content-encoding': 'gzip' } },
      '/bomb': { text: gzipSync(Buffer.alloc(50_000_000)), headers: { 'content-encoding': 'gzip' } },
      '/declared': { respond: (response) => void response.writeHead(200, { 'content-length': 1e10 }).write('x') },
      '/endless': { respond: (response) => endless(response) },
      '/packed': { text: 'x', headers: { 'content-encoding': 'zstd' } },
    });
    const paths = ['/plain', '/gzip', '/br'];
    const found = await stage.pagesWith(small).fetchPages(
      paths.map((path) => `http://a.test${path}`),
      never,
    );
    expect(found.documents.map(({ content }) => content)).toEqual([text, text, text]);
    for (const path of ['/plain+', '/gzip+', '/bomb', '/declared', '/endless'])
      expect(await reasonsOf(`http://a.test${path}`, small)).toEqual(['http://a.test answered more than is taken']);
    expect(await reasonsOf('http://a.test/packed', small)).toEqual(['http://a.test does not speak HTTP']);
  });

  it('gives up on a page that comes too slowly', async () => {
    const [begun, closed] = [deferred<void>(), deferred<void>()];
    pages({
      '/slow': {
        respond: (response) => {
          begun.resolve();
          const drip = setInterval(() => response.write('x'), 5);
          response.once('close', () => {
            clearInterval(drip);
            closed.resolve();
          });
        },
      },
    });
    jest.useFakeTimers(ONLY_DELAYS);
    const reasons = reasonsOf('http://a.test/slow', { web_fetch_timeout: 10 });
    await begun.promise;
    jest.advanceTimersByTime(10_000);
    expect(await reasons).toEqual(['http://a.test did not answer in time']);
    await closed.promise;
    expect(stage.internet.requests).toHaveLength(1);
  });

  it('tries three times where the connection fails', async () => {
    let failures = 2;
    stage.internet.handler = () =>
      failures-- > 0 ? { respond: (response) => void response.destroy() } : { text: 'at last' };
    expect((await stage.pagesWith().fetchPage('http://a.test/', never)).content).toBe('at last');
    stage.internet.handler = () => ({ respond: (response) => void response.destroy() });
    expect(await detailOf(stage.pagesWith().fetchPage('http://a.test/', never))).toEqual([400, EMPTY]);
    expect(stage.internet.requests).toHaveLength(6);
  });

  it('ends with its signal', async () => {
    const controller = new AbortController();
    stage.internet.handler = () => {
      controller.abort(new Error('stopped'));
      return 'never';
    };
    await expect(stage.pagesWith().fetchPages(['http://a.test/'], controller.signal)).rejects.toThrow('stopped');
  });

  it('fetches as many pages at once as the settings say, and four requests of one account', async () => {
    const all = deferred<void>();
    let most = 0;
    let running = 0;
    stage.internet.handler = async () => {
      most = Math.max(most, ++running);
      if (running === 8) all.resolve();
      await all.promise;
      running--;
      return { text: 'x' };
    };
    const service = stage.pagesWith({ web_loader_concurrent_requests: 2 });
    const urls = ['http://a.test/1', 'http://a.test/2', 'http://a.test/3'];
    await Promise.all(Array.from({ length: 6 }, () => service.fetchPages(urls, never, 'u1')));
    expect(most).toBe(8);
  });
});

function endless(response: ServerResponse): void {
  const more = () => {
    while (response.write('x'.repeat(10_000))) if (response.destroyed) return;
    response.once('drain', more);
  };
  response.on('error', () => undefined);
  more();
}

describe('WebPagesService: robots', () => {
  const obeying = { web_fetch_obey_robots: true };
  const withRobots = (robots: InternetAnswer) => {
    stage.internet.handler = ({ path }) => (path === '/robots.txt' ? robots : { text: `page ${path}` });
  };
  const REFUSED = ['The robots.txt of the site does not allow the page'];

  it('are not read by default', async () => {
    withRobots({ text: 'user-agent: *\ndisallow: /', type: 'text/plain' });
    await stage.pagesWith().fetchPage('http://a.test/p', never);
    expect(stage.internet.requests.map(({ path }) => path)).toEqual(['/p']);
  });

  it('decide where administrators want that, once for each host', async () => {
    withRobots({ text: 'user-agent: *\ndisallow: /private', type: 'text/plain' });
    const service = stage.pagesWith(obeying);
    const urls = ['http://a.test/p', 'http://a.test/private/x', 'http://a.test/q'];
    const found = await service.fetchPages(urls, never);
    expect(found.documents.map(({ url }) => url)).toEqual([urls[0], urls[2]]);
    expect(found.failures.map(({ reason }) => reason)).toEqual(REFUSED);
    expect(stage.internet.requests.filter(({ path }) => path === '/robots.txt')).toHaveLength(1);
  });

  it('decide on every host of a chain of redirects', async () => {
    stage.internet.handler = ({ host, path }) => {
      if (path === '/robots.txt')
        return host === 'b.test' ? { text: 'user-agent: confab\ndisallow: /' } : { status: 404 };
      return { status: 302, headers: { location: 'http://b.test/' } };
    };
    expect(await reasonsOf('http://a.test/', obeying)).toEqual(REFUSED);
    expect(stage.internet.requests.filter(({ host, path }) => host === 'b.test' && path === '/')).toEqual([]);
  });

  it('allow everything where there is no file, and nothing where the host fails', async () => {
    withRobots({ status: 403 });
    expect(await reasonsOf('http://a.test/', obeying)).toEqual([]);
    withRobots({ status: 503 });
    expect(await reasonsOf('http://a.test/', obeying)).toEqual(REFUSED);
    withRobots({ status: 302, headers: { location: 'http://127.0.0.1/' } });
    expect(await reasonsOf('http://a.test/', obeying)).toEqual(REFUSED);
  });

  it('are read again soon after the host failed', async () => {
    const now = jest.spyOn(Date, 'now');
    withRobots({ status: 503 });
    const service = stage.pagesWith(obeying);
    const reasons = async () => (await service.fetchPages(['http://a.test/'], never)).failures.length;
    expect(await reasons()).toBe(1);
    withRobots({ status: 404 });
    expect(await reasons()).toBe(1);
    now.mockReturnValue(Date.now() + 61_000);
    expect(await reasons()).toBe(0);
    now.mockRestore();
  });

  it('are read as far as half a megabyte', async () => {
    const comment = `# ${'x'.repeat(600_000)}\n`;
    withRobots({ text: `user-agent: *\ndisallow: /early\n${comment}disallow: /` });
    expect(await reasonsOf('http://a.test/late', obeying)).toEqual([]);
    expect(await reasonsOf('http://a.test/early', obeying)).toEqual(REFUSED);
    withRobots({ respond: (response) => endless(response) });
    expect(await reasonsOf('http://a.test/', obeying)).toEqual([]);
  });
});
