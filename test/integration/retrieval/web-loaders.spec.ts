import { pagesStage } from '../../support/web-pages';
import { detailOf } from '../../support/web-search';

const stage = pagesStage();
const never = new AbortController().signal;
const A = 'http://a.test/';
const B = 'http://b.test/b';

describe('loaders of other servers', () => {
  it('external: takes texts and metadata of a batch', async () => {
    const settings = { web_loader_engine: 'external', external_web_loader_url: 'http://own.test/load' };
    stage.internet.handler = ({ body }) => ({
      json: (body as { urls: string[] }).urls.map((source) => ({
        page_content: `loaded ${source}`,
        metadata: { source, title: 'T' },
      })),
    });
    const found = await stage.pagesWith({ ...settings, external_web_loader_api_key: 'k' }).fetchPages([A, B], never);
    expect(found.documents).toEqual([
      { url: A, content: `loaded ${A}`, metadata: { source: A, title: 'T' } },
      { url: B, content: `loaded ${B}`, metadata: { source: B, title: 'T' } },
    ]);
    expect(stage.internet.requests).toMatchObject([
      { method: 'POST', host: 'own.test', headers: { authorization: 'Bearer k' }, body: { urls: [A, B] } },
    ]);
  });

  it('external: sends at most twenty URLs at once, and tells which batch failed', async () => {
    const urls = Array.from({ length: 45 }, (_, index) => `http://a.test/${index}`);
    const sizes: number[] = [];
    stage.internet.handler = ({ body }) => {
      const sent = (body as { urls: string[] }).urls;
      sizes.push(sent.length);
      return sizes.length === 2 ? { status: 500 } : { json: sent.map(() => ({ page_content: 'x' })) };
    };
    const settings = { web_loader_engine: 'external', external_web_loader_url: 'http://own.test/load' };
    const found = await stage.pagesWith(settings).fetchPages(urls, never);
    expect(sizes).toEqual([20, 20, 5]);
    expect([found.documents.length, found.failures.length]).toEqual([25, 20]);
    expect(found.failures[0]?.reason).toBe('500 Server Error: Internal Server Error for url: http://own.test/load');
  });

  it.each(['external', 'tavily', 'firecrawl', 'playwright'])(
    '%s: is not asked for pages that may not be fetched',
    async (engine) => {
      const settings = { web_loader_engine: engine, external_web_loader_url: 'http://own.test/load' };
      const refused = ['http://private.test/', 'http://127.0.0.1/', 'http://meta.test/', 'nonsense'];
      const [status] = (await detailOf(stage.pagesWith(settings).fetchPages(refused, never))) as [number];
      expect(status).toBe(400);
      expect(stage.internet.requests).toEqual([]);
    },
  );

  it.each(['external', 'tavily', 'firecrawl'])('%s: an answer of another form is a failure', async (engine) => {
    const settings = { web_loader_engine: engine, external_web_loader_url: 'http://own.test/load' };
    for (const json of [{}, [], null, 'x', [{ page_content: 5 }, 7], { results: [{}], id: 5 }]) {
      stage.internet.handler = () => ({ json });
      const { documents } = await stage.pagesWith(settings).fetchPages([A], never);
      expect(documents.every(({ content }) => content === '')).toBe(true);
    }
  });

  it('tavily: takes what it could read', async () => {
    stage.internet.handler = () => ({
      json: { results: [{ url: 'http://a.test', raw_content: 'text a' }], failed_results: [{ url: B }] },
    });
    const settings = { web_loader_engine: 'tavily', tavily_extract_depth: 'advanced' };
    const found = await stage.pagesWith(settings).fetchPages([A, B], never);
    expect(found.documents).toEqual([{ url: A, content: 'text a', metadata: { source: A } }]);
    expect(found.failures).toMatchObject([{ url: B, isRefused: false }]);
    expect(stage.internet.requests[0]).toMatchObject({
      ...{ host: 'api.tavily.com', path: '/extract', headers: { authorization: 'Bearer k' } },
      body: { urls: [A, B], extract_depth: 'advanced' },
    });
  });

  it('firecrawl: waits for the batch', async () => {
    const page = { markdown: '# A', metadata: { sourceURL: A, title: 'A', statusCode: 200 } };
    const states = [{ status: 'scraping' }, { status: 'completed', data: [page] }];
    stage.internet.handler = ({ method }) => ({ json: method === 'POST' ? { id: 'batch 1' } : states.shift() });
    const settings = {
      web_loader_engine: 'firecrawl',
      firecrawl_api_key: 'k',
      firecrawl_api_base_url: 'https://f.test/',
    };
    const found = await stage.pagesWith(settings).fetchPages([A], never);
    expect(found.documents).toEqual([{ url: A, content: '# A', metadata: { source: A, title: 'A' } }]);
    expect(stage.internet.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v2/batch/scrape',
      'GET /v2/batch/scrape/batch%201',
      'GET /v2/batch/scrape/batch%201',
    ]);
    stage.internet.handler = ({ method }) => ({ json: method === 'POST' ? { id: 'x' } : { status: 'failed' } });
    expect((await stage.pagesWith(settings).fetchPages([A], never)).failures[0]?.reason).toContain('failed');
  });

  it('playwright: says what is missing', async () => {
    const failuresWith = async (playwright_ws_url: string) => {
      const settings = { web_loader_engine: 'playwright', playwright_ws_url, playwright_timeout: 60_000 };
      return (await stage.pagesWith(settings).fetchPages([A], never)).failures.map(({ reason }) => reason);
    };
    expect(await failuresWith('')).toEqual(['PLAYWRIGHT_WS_URL is not set']);
    expect(await failuresWith('ws://127.0.0.1:9/')).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });
});

describe('transcripts of YouTube', () => {
  const VIDEO = 'https://www.youtube.com/watch?v=abcdefghijk';
  const track = (languageCode: string, kind?: string) => ({
    ...{ baseUrl: `https://www.youtube.com/api/timedtext?lang=${languageCode}&kind=${kind ?? ''}&fmt=srv3` },
    ...{ languageCode, kind, isTranslatable: true },
  });

  function videoWith(captionTracks: unknown[], player: object = {}): void {
    stage.internet.handler = ({ path, query }) => {
      if (path === '/watch') return { text: '<script>{"INNERTUBE_API_KEY":"key_0123456789"}</script>' };
      if (path === '/youtubei/v1/player')
        return { json: { captions: { playerCaptionsTracklistRenderer: { captionTracks } }, ...player } };
      const spoken = [query.lang, query.kind, query.tlang, query.fmt].filter(Boolean).join(' ');
      const text = `<transcript><text start="0">Said &amp;lt;i&amp;gt;in ${spoken}</text><text dur="1"> it&amp;#39;s &amp;amp; done </text></transcript>`;
      return { text, type: 'text/xml' };
    };
  }
  const contentWith = async (settings = {}) => (await stage.pagesWith(settings).fetchPage(VIDEO, never)).content;

  it('are taken in the first language that has one, written ones before generated ones', async () => {
    videoWith([track('de'), track('en', 'asr'), track('en')]);
    expect(await contentWith()).toBe("Said in en it's & done");
    expect(await contentWith({ youtube_loader_language: ['fr', 'DE'] })).toContain('in de');
    videoWith([track('de'), track('en', 'asr')]);
    expect(await contentWith({ youtube_loader_language: ['fr'] })).toContain('in en asr');
  });

  it('are documents whose source is the video', async () => {
    videoWith([track('en')]);
    expect(await stage.pagesWith().fetchPage('https://youtu.be/abcdefghijk?t=5', never)).toMatchObject({
      ...{ url: 'https://youtu.be/abcdefghijk?t=5', metadata: { source: 'abcdefghijk' } },
    });
    const [page, player, captions] = stage.internet.requests;
    expect([page?.query, player?.query]).toEqual([{ v: 'abcdefghijk' }, { key: 'key_0123456789' }]);
    expect(player?.body).toMatchObject({ videoId: 'abcdefghijk', context: { client: { clientName: 'ANDROID' } } });
    expect(captions?.path).toBe('/api/timedtext');
  });

  it('are translated where that is set and possible', async () => {
    videoWith([track('en')]);
    expect(await contentWith({ youtube_loader_translation: 'de' })).toContain('in en de');
    videoWith([{ ...track('en'), isTranslatable: false }]);
    expect(await contentWith({ youtube_loader_translation: 'de' })).toContain('in en it');
  });

  it('go through a proxy of their own', async () => {
    videoWith([track('en')]);
    const proxied = stage.pagesWith({ youtube_loader_proxy_url: stage.internet.url });
    expect((await proxied.fetchPage(VIDEO, never)).content).toContain('in en');
    const other = stage.pagesWith({ youtube_loader_proxy_url: 'http://127.0.0.1:9' });
    expect((await other.fetchPages([VIDEO], never)).failures).toHaveLength(1);
  });

  it.each<[string, unknown[], object, string]>([
    ['there is none', [], {}, 'The video has no transcript in the languages that are set'],
    ['it is in another language', [track('xx')], {}, 'The video has no transcript in the languages that are set'],
    ['it is elsewhere', [{ ...track('en'), baseUrl: 'https://evil.org/x' }], {}, 'The video has no transcript in the'],
    ['the video is private', [], { playabilityStatus: { status: 'ERROR', reason: 'Private video' } }, 'Private video'],
  ])('say why when %s', async (_, tracks, player, reason) => {
    videoWith(tracks, player);
    const { failures } = await stage.pagesWith().fetchPages([VIDEO], never);
    expect(failures[0]?.reason).toContain(reason);
    expect(stage.internet.requests.map(({ host }) => host)).toEqual(['www.youtube.com', 'www.youtube.com']);
  });

  it('say why when YouTube answers otherwise', async () => {
    const reasons: string[] = [];
    for (const answer of [{ status: 429 }, { status: 500 }, { text: 'consent' }]) {
      stage.internet.handler = () => answer;
      reasons.push((await stage.pagesWith().fetchPages([VIDEO], never)).failures[0]?.reason ?? '');
    }
    expect(reasons).toEqual([
      'YouTube refuses further requests',
      'YouTube: status 500',
      'YouTube did not show the video',
    ]);
  });
});
