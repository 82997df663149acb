import type { InternetAnswer } from '../../support/fakes/internet';
import { pagesStage } from '../../support/web-pages';
import { detailOf } from '../../support/web-search';

const stage = pagesStage();
const never = new AbortController().signal;

/** Answers by path. */
const pages = (byPath: Record<string, InternetAnswer>) => {
  stage.internet.handler = ({ path }) => byPath[path] ?? { status: 404, text: 'gone', type: 'text/plain' };
};

const INVALID = [400, '[ERROR: Oops! The URL you provided is invalid. Please double-check and try again.]'];
describe('WebPagesService: what a page becomes', () => {
  it('is its text and its metadata', async () => {
    const html =
      '<!doctype html><html lang="en"><head><title>Lab page</title><meta name="description" content="A page"></head><body><h1>Heading</h1><p>The heron.</p></body></html>';
    pages({ '/page': { text: html, type: 'text/html; charset=utf-8' }, '/bare': { text: '<html><body>Walrus' } });
    expect(await stage.pagesWith().fetchPage('http://a.test/page', never)).toEqual({
      ...{ url: 'http://a.test/page', status: 200, content: 'Lab pageHeadingThe heron.' },
      metadata: { source: 'http://a.test/page', title: 'Lab page', description: 'A page', language: 'en' },
    });
    expect((await stage.pagesWith().fetchPage('https://a.test/bare', never)).metadata).toEqual({
      source: 'https://a.test/bare',
      language: 'No language found.',
    });
  });

  it('is the text of an error page, too', async () => {
    pages({ '/boom': { status: 500, text: 'boom <x' } });
    const found = await stage.pagesWith().fetchPages(['http://a.test/none', 'http://a.test/boom'], never);
    expect(found.documents).toMatchObject([
      { status: 404, content: 'gone', metadata: { source: 'http://a.test/none' } },
      { status: 500, content: 'boom ' },
    ]);
  });

  it.each<[string, Buffer, string]>([
    ['text/html; charset=iso-8859-1', Buffer.from('<p>caf\xe9', 'latin1'), 'café'],
    ['text/html', Buffer.from('<meta charset="windows-1251"><p>\xcf\xf0\xe8\xe2\xe5\xf2', 'latin1'), 'Привет'],
    ['text/html; charset=utf-8', Buffer.from('\ufeff<p>é', 'utf16le'), 'é'],
    ['text/html', Buffer.from('<p>日本'), '日本'],
    ['text/html', Buffer.from('<p>caf\xe9 au lait, cr\xe8me br\xfbl\xe9e', 'latin1'), 'café au lait, crème brûlée'],
    ['text/html; charset=nonsense', Buffer.from('<p>é'), 'é'],
  ])('is read in its encoding: %s', async (type, text, expected) => {
    pages({ '/': { text, type } });
    expect((await stage.pagesWith().fetchPage('http://a.test/', never)).content).toBe(expected);
  });

  it('is plain text as it is, and other files as they are extracted', async () => {
    pages({
      '/a.txt': { text: 'a < b & <i>', type: 'text/plain' },
      '/a.json': { text: '{"a":"<b>"}', type: 'application/json' },
      '/feed': { text: '<rss><title>t</title><item>i</item></rss>', type: 'application/rss+xml' },
      '/d/a.pdf': { text: '%PDF-1.4', type: 'application/pdf' },
      '/export': { text: 'PK', type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' },
      '/untyped': { text: '<b>x</b>', type: '' },
    });
    const paths = ['/a.txt', '/a.json', '/feed', '/d/a.pdf', '/export', '/untyped'];
    const found = await stage.pagesWith().fetchPages(
      paths.map((path) => `http://a.test${path}`),
      never,
    );
    expect(found.documents.map(({ content }) => content)).toEqual([
      'a < b & <i>',
      '{"a":"<b>"}',
      'ti',
      'a.pdf application/pdf 8 1',
      'export.docx application/vnd.openxmlformats-officedocument.wordprocessingml.document 2 1',
      'x',
    ]);
  });

  it('has nothing that cannot be stored', async () => {
    pages({ '/': { text: '<title>a\0&#xd800;</title>' } });
    const { content, metadata } = await stage.pagesWith().fetchPage('http://a.test/', never);
    expect([content, metadata.title]).toEqual(['a\ufffd', 'a\ufffd']);
  });

  it('keeps the URL as it was given', async () => {
    pages({ '/a%20b': { text: 'x' } });
    const found = await stage.pagesWith().fetchPages(['HTTP://A.test/a b'], never);
    expect(found.documents[0]).toMatchObject({ url: 'HTTP://A.test/a b', metadata: { source: 'HTTP://A.test/a b' } });
  });
});

describe('WebPagesService: which pages may be fetched', () => {
  it.each([
    'ftp://a.test/',
    'nonsense',
    '',
    'file:///etc/passwd',
    'http://',
    'http://user:pw@a.test/',
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://2130706433/',
    'http://private.test/',
    'http://meta.test/',
    'http://metadata.google.internal/',
    'http://METADATA.google.internal./computeMetadata/v1/',
    'http://169.254.169.254/x/y',
  ])('not %s', async (url) => {
    stage.internet.handler = () => ({ text: 'secret' });
    expect(await detailOf(stage.pagesWith().fetchPage(url, never))).toEqual(INVALID);
    expect(stage.internet.requests).toEqual([]);
  });

  it('not one of unusual length', async () => {
    const url = `http://a.test/${'x'.repeat(9000)}`;
    expect(await detailOf(stage.pagesWith().fetchPage(url, never))).toEqual(INVALID);
  });

  it('with local pages on: private networks, but no metadata service', async () => {
    pages({ '/': { text: 'local' } });
    const local = stage.pagesWith({ enable_rag_local_web_fetch: true });
    const urls = ['http://private.test/', 'http://127.0.0.1:1/'];
    expect((await local.fetchPages(urls, never)).documents).toHaveLength(2);
    for (const host of [
      'meta.test',
      'mapped.test',
      '169.254.169.254',
      '[::ffff:a9fe:a9fe]',
      '[fd00:ec2::254]',
      '100.100.100.200',
    ])
      expect(await detailOf(local.fetchPage(`http://${host}/`, never))).toEqual(INVALID);
  });

  it('by whole labels of the host, whatever the path', async () => {
    pages({ '/': { text: 'x' }, '/p': { text: 'x' } });
    const web_fetch_filter_list = ['!evil.org', '!127.0.0.1:8336', '!bad.test:81', '!93.184.216.35'];
    const filtered = stage.pagesWith({ web_fetch_filter_list, enable_rag_local_web_fetch: true });
    stage.names['alias.test'] = '93.184.216.35';
    const refused = [
      'evil.org',
      'evil.org./',
      'EVIL.org/p',
      'sub.evil.org/p?evil',
      '127.0.0.1:8336/x',
      'bad.test:81/',
      'alias.test/p',
    ];
    for (const host of refused) expect(await detailOf(filtered.fetchPage(`http://${host}`, never))).toEqual(INVALID);
    const taken = ['notevil.org/', 'evil.org.test/p', 'a.test/p?evil.org', 'bad.test/', '127.0.0.1:8337/'];
    const found = await filtered.fetchPages(
      taken.map((host) => `http://${host}`),
      never,
    );
    expect(found.failures).toEqual([]);
  });

  it('only of the hosts that are listed without a mark, if any are', async () => {
    pages({ '/': { text: 'x' } });
    const listed = stage.pagesWith({ web_fetch_filter_list: ['good.org', '!bad.good.org'] });
    const found = await listed.fetchPages(
      ['http://good.org/', 'http://sub.good.org/', 'http://bad.good.org/', 'http://a.test/'],
      never,
    );
    expect(found.documents.map(({ url }) => url)).toEqual(['http://good.org/', 'http://sub.good.org/']);
    expect(found.failures.map(({ isRefused }) => isRefused)).toEqual([true, true]);
  });

  it.each([
    ['http://127.0.0.1/x'],
    ['http://private.test/'],
    ['//169.254.169.254/latest'],
    ['http://evil.org/'],
    ['http://a.test@127.0.0.1/'],
  ])('redirects are checked like URLs: %s', async (target) => {
    stage.internet.handler = ({ host }) =>
      host === 'a.test' ? { status: 302, headers: { location: target } } : { text: 'secret' };
    const filtered = stage.pagesWith({ web_fetch_filter_list: ['!evil.org'] });
    expect(await detailOf(filtered.fetchPage('http://a.test/', never))).toEqual(INVALID);
    expect(stage.internet.requests).toHaveLength(1);
  });

  it('redirects to public pages are followed, refreshes are not', async () => {
    pages({
      '/r': { status: 301, headers: { location: '/page' } },
      '/page': { text: '<meta http-equiv="refresh" content="0; url=http://127.0.0.1/">here' },
    });
    const { content, metadata } = await stage.pagesWith().fetchPage('http://a.test/r', never);
    expect([content, metadata.source]).toEqual(['here', 'http://a.test/r']);
    expect(stage.internet.requests).toHaveLength(2);
  });

  it('a list leaves out those that may not be fetched, unless none may', async () => {
    pages({ '/': { text: 'x' } });
    const found = await stage.pagesWith().fetchPages(['nonsense', 'http://a.test/', 'http://10.0.0.1/'], never);
    expect(found.documents.map(({ url }) => url)).toEqual(['http://a.test/']);
    expect(found.failures.map(({ url }) => url)).toEqual(['nonsense', 'http://10.0.0.1/']);
    const none = stage.pagesWith().fetchPages(['nonsense', 'http://10.0.0.1/'], never);
    expect(await detailOf(none)).toEqual(INVALID);
  });
});
