import { createHash, createHmac } from 'node:crypto';
import type { WebSearchSettings } from '../../../src/modules/retrieval/web/web-search.settings';
import { deferred } from '../../support/deferred';
import { A, B, two } from '../../support/web-engine-cases';
import { detailOf, PRINCIPAL, searchStage } from '../../support/web-search';

const stage = searchStage();

describe('WebSearchService.search', () => {
  it.each<[Partial<WebSearchSettings>, string]>([
    [{}, 'No search engine API key found in environment variables'],
    [{ web_search_engine: 'wombat' }, 'No search engine API key found in environment variables'],
    [{ web_search_engine: 'brave' }, 'No BRAVE_SEARCH_API_KEY found in environment variables'],
    [
      { web_search_engine: 'google_pse', google_pse_api_key: 'k' },
      'No GOOGLE_PSE_API_KEY or GOOGLE_PSE_ENGINE_ID found in environment variables',
    ],
    [{ web_search_engine: 'sougou' }, 'No SOUGOU_API_SID or SOUGOU_API_SK found in environment variables'],
    [{ web_search_engine: 'searxng', searxng_query_url: 'no url' }, 'The URL of the server is not valid'],
  ])('refuses %j', async (settings, text) => {
    expect(await detailOf(stage.search(settings))).toEqual([400, text]);
    expect(stage.internet.requests).toEqual([]);
  });

  it('finds nothing without a query, whatever the engine', async () => {
    expect(await detailOf(stage.search({}, []))).toEqual([404, '[ERROR: No results found from web search]']);
  });

  const brave = { web_search_engine: 'brave', brave_search_api_key: 'k' };

  it('joins the results of all queries in their order', async () => {
    stage.internet.handler = ({ query }) => ({
      json: { web: { results: [{ url: `https://${query.q}.org/`, title: query.q }] } },
    });
    const found = await stage.search(brave, ['a', 'b', 'a']);
    expect(found.map(({ title }) => title)).toEqual(['a', 'b', 'a']);
  });

  it('ends all queries with the first that fails', async () => {
    stage.internet.handler = ({ query }) => (query.q === 'bad' ? { status: 401 } : 'never');
    expect(await detailOf(stage.search(brave, ['a', 'bad', 'b']))).toEqual([
      400,
      '401 Client Error: Unauthorized for url: https://api.search.brave.com/res/v1/web/search?q=bad&count=3',
    ]);
  });

  it('limits concurrent queries', async () => {
    const twoRun = deferred<void>();
    let running = 0;
    let most = 0;
    stage.internet.handler = async () => {
      most = Math.max(most, ++running);
      if (running === 2) twoRun.resolve();
      await twoRun.promise;
      running--;
      return { json: { web: { results: [{ url: 'https://a.org/' }] } } };
    };
    await stage.search({ ...brave, web_search_concurrent_requests: 2 }, ['1', '2', '3', '4', '5', '6']);
    expect(most).toBe(2);
  });

  it('ends with its signal, for an engine that does not answer', async () => {
    const controller = new AbortController();
    stage.internet.handler = () => {
      controller.abort(new Error('stopped'));
      return 'never';
    };
    await expect(stage.search(brave, ['a'], controller.signal)).rejects.toThrow('stopped');
  });

  it('refuses more than 50 queries', async () => {
    expect(await detailOf(stage.search(brave, Array<string>(51).fill('a')))).toEqual([
      400,
      'At most 50 queries are allowed at once',
    ]);
    expect(stage.internet.requests).toEqual([]);
  });

  it('filters by addresses of hosts', async () => {
    stage.internet.handler = () => ({
      json: { web: { results: [{ url: 'http://localhost/' }, { url: 'http://127.0.0.2/' }] } },
    });
    const of = (list: string[]) => stage.search({ ...brave, web_search_domain_filter_list: list });
    expect(await of(['!127.0.0.1', '!::1'])).toMatchObject([{ link: 'http://127.0.0.2/' }]);
    expect(await of(['127.0.0.1'])).toMatchObject([{ link: 'http://localhost/' }]);
  });

  it('pages through Google until there are enough results or no more', async () => {
    const google = { web_search_engine: 'google_pse', google_pse_api_key: 'k', google_pse_engine_id: 'c' };
    stage.internet.handler = ({ query }) => ({
      json: { items: Array.from({ length: Number(query.num) }, (_, index) => ({ link: `https://a.org/${index}` })) },
    });
    expect(await stage.search({ ...google, web_search_result_count: 12 })).toHaveLength(12);
    expect(stage.internet.requests.map(({ query }) => [query.num, query.start])).toEqual([
      ['10', '1'],
      ['2', '11'],
    ]);
  });

  it('falls back to the older interface of Firecrawl', async () => {
    stage.internet.handler = ({ path }) =>
      path === '/v1/search' ? { json: { data: two('url', 'title', 'description') } } : { status: 404 };
    expect(await stage.search({ web_search_engine: 'firecrawl', firecrawl_api_key: 'k' })).toEqual([A, B]);
  });

  it('signs requests to Tencent Cloud', async () => {
    stage.internet.handler = () => ({ json: { Response: { Error: { Message: 'no quota' } } } });
    const settings = { web_search_engine: 'sougou', sougou_api_sid: 'id', sougou_api_sk: 'sk' };
    expect(await detailOf(stage.search(settings))).toEqual([400, 'no quota']);
    const [request] = stage.internet.requests;
    const time = String(request?.headers['x-tc-timestamp']);
    const day = new Date(Number(time) * 1000).toISOString().slice(0, 10);
    const sha = (text: string) => createHash('sha256').update(text).digest('hex');
    const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
    const canonical = `POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:tms.tencentcloudapi.com\nx-tc-action:searchpro\n\ncontent-type;host;x-tc-action\n${sha('{"Query":"two words","Cnt":20}')}`;
    const text = `TC3-HMAC-SHA256\n${time}\n${day}/tms/tc3_request\n${sha(canonical)}`;
    const key = hmac(hmac(hmac('TC3sk', day), 'tms'), 'tc3_request');
    expect(request?.headers.authorization).toBe(
      `TC3-HMAC-SHA256 Credential=id/${day}/tms/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=${hmac(key, text).toString('hex')}`,
    );
  });

  it('proves a password to YaCy by digest', async () => {
    stage.internet.handler = ({ headers }) =>
      headers.authorization === undefined
        ? { status: 401, headers: { 'www-authenticate': 'Digest realm="yacy", nonce="n", qop="auth"' } }
        : { json: { channels: [{ items: two('link', 'title', 'description') }] } };
    const settings = { yacy_query_url: 'http://y.test', yacy_username: 'user', yacy_password: 'secret' };
    expect(await stage.search({ web_search_engine: 'yacy', ...settings })).toEqual([A, B]);
    const sent = stage.internet.requests[1]?.headers.authorization ?? '';
    const field = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(sent)?.[1] ?? '';
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const secret = md5('user:yacy:secret');
    expect(field('response')).toBe(md5(`${secret}:n:00000001:${field('cnonce')}:auth:${md5(`GET:${field('uri')}`)}`));
    expect(field('uri')).toBe(
      '/yacysearch.json?query=two+words&contentdom=text&resource=global&maximumRecords=3&nav=none',
    );
  });
});

describe('WebSearchService.collect', () => {
  const own = { web_search_engine: 'external', external_web_search_url: 'http://own.test/search' };
  const options = { principal: PRINCIPAL, signal: new AbortController().signal };

  it('fetches each page once, and keeps the results whose page was read', async () => {
    const again = { ...A, title: 'A again' };
    stage.internet.handler = () => ({ json: [A, again, { link: 'https://b.org/gone', title: 'gone' }] });
    expect(await stage.serviceWith(own).collect(['a'], options)).toEqual({
      documents: [{ url: A.link, content: `text of ${A.link}`, metadata: { source: A.link } }],
      failures: [],
      urls: [A.link],
      items: [A, again],
    });
  });

  it('takes snippets for documents where pages are not wanted', async () => {
    stage.internet.handler = () => ({ json: [A, { link: B.link, title: 'B' }] });
    const found = await stage.serviceWith({ ...own, bypass_web_search_web_loader: true }).collect(['a'], options);
    expect(found.documents).toEqual([
      { url: A.link, content: A.snippet, metadata: { source: A.link, title: 'A', snippet: A.snippet, link: A.link } },
    ]);
    expect([found.urls, found.items]).toEqual([[A.link], [A]]);
  });
});
