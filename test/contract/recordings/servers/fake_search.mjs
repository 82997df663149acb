#!/usr/bin/env node
// Stand-in for web search engines and the pages they find. node, no dependencies. env PORT (8326).
// Engines with an address of their own: /external, /searxng/search, /yacy/yacysearch.json (/yacyauth: digest user/secret), /bing, /pplx (perplexity_search), /loader (external web loader). Pages: /page/1.html … (4: 404, 5: empty body, slow.html 300 ms).
// Engines with a fixed address are reached through the HTTP proxy on PROXY_PORT (off unless set): it ends TLS for every host itself with a certificate of its own authority, CERT_DIR/ca.pem (made with openssl at the start; CERT_DIR must be given). Start the server under test with
//   HTTP_PROXY and HTTPS_PROXY=http://127.0.0.1:<PROXY_PORT>, NO_PROXY=127.0.0.1,localhost and CERT_DIR/ca.pem as a trusted authority (Python: REQUESTS_CA_BUNDLE and SSL_CERT_FILE; Node: NODE_EXTRA_CA_CERTS).
// Words in the query: none (no result) · many (six) · dup (each twice) · other (on the host name localhost) · nolink · dead (a page that is not there) · FAIL <status> · NOTJSON.
// GET /__take: every engine request since the last call ({method, host?, path, query, headers, body}); page loads are listed as {page}.
import http from 'node:http';
import https from 'node:https';
import fs from 'node:fs';
import crypto from 'node:crypto';
import { execFileSync } from 'node:child_process';
const PORT = +(process.env.PORT || 8326),
  B = `http://127.0.0.1:${PORT}`;
let ring = [];
const sort = (x) =>
  Array.isArray(x)
    ? x.map(sort)
    : x && typeof x === 'object'
      ? Object.fromEntries(
          Object.keys(x)
            .sort()
            .map((k) => [k, sort(x[k])]),
        )
      : x;
const WORDS = [
  '',
  'The heron eats frogs near the quiet river.',
  'A walrus rests on the cold shore.',
  'Trains leave the old station at noon.',
  '',
  '',
  'Six geese fly.',
];
function found(q) {
  q = String(q ?? '');
  if (/none/.test(q)) return [];
  const host = /other/.test(q) ? `http://localhost:${PORT}` : B,
    n = /many/.test(q) ? [1, 2, 3, 5, 6, 7] : /dead/.test(q) ? [1, 4] : [1, 2, 3];
  let l = n.map((i) => ({ i, url: `${host}/page/${i}.html`, title: `Page ${i}`, text: `snippet ${i} for ${q}` }));
  if (/dup/.test(q)) l = l.flatMap((x) => [x, { ...x, title: x.title + ' again' }]);
  if (/nolink/.test(q)) l[0].url = '';
  return l;
}
const pick = (q) => {
  const h = {};
  for (const k of [
    'authorization',
    'x-subscription-token',
    'x-api-key',
    'ocp-apim-subscription-key',
    'x-proxy-location',
    'x-retain-images',
    'referer',
    'content-type',
    ...Object.keys(q.headers).filter((x) => x.startsWith('x-openwebui')),
  ])
    if (q.headers[k]) h[k] = k === 'content-type' ? q.headers[k].split(';')[0] : q.headers[k];
  return sort(h);
};
async function handle(q, s, host) {
  const u = new URL(q.url.startsWith('http') ? q.url : `http://x${q.url}`),
    p = u.pathname,
    ch = [];
  for await (const c of q) ch.push(c);
  const raw = Buffer.concat(ch).toString();
  let body;
  try {
    body = raw ? JSON.parse(raw) : undefined;
  } catch {
    body = raw;
  }
  const json = (c, o, h = {}) => {
      const b = JSON.stringify(o);
      s.writeHead(c, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(b), ...h });
      s.end(b);
    },
    text = (c, t, type = 'text/plain', h = {}) => {
      s.writeHead(c, { 'content-type': type, ...h });
      s.end(t);
    };
  if (!host && p === '/__take') {
    const r = ring;
    ring = [];
    return json(200, r);
  }
  const m = p.match(/^\/page\/(\w+)\.html$/);
  if (m && !host) {
    ring.push({ page: p });
    if (m[1] === 'slow') await new Promise((r) => setTimeout(r, 300));
    if (m[1] === '4') return text(404, 'gone');
    if (m[1] === '5') return text(200, '<html><body></body></html>', 'text/html');
    return text(
      200,
      `<!doctype html><html lang="en"><head><title>Page ${m[1]}</title><meta name="description" content="About page ${m[1]}"></head><body><p>${WORDS[+m[1]] ?? 'More words.'}</p></body></html>`,
      'text/html; charset=utf-8',
    );
  }
  const query = Object.fromEntries(u.searchParams),
    rec = {
      method: q.method,
      ...(host ? { host } : {}),
      path: p,
      ...(Object.keys(query).length ? { query: sort(query) } : {}),
      headers: pick(q),
      ...(body !== undefined ? { body: sort(body) } : {}),
    };
  if (rec.headers.authorization?.startsWith('Digest')) rec.headers.authorization = 'Digest';
  ring.push(rec);
  const term =
      query.q ??
      query.query ??
      body?.query ??
      body?.q ??
      body?.messages?.at(-1)?.content ??
      (p.includes('/v1/search/') ? new URLSearchParams(decodeURIComponent(p.split('/v1/search/')[1])).get('q') : ''),
    f = String(term).match(/FAIL (\d{3})/);
  if (f) return json(+f[1], { error: 'forced failure' });
  if (/NOTJSON/.test(term)) return text(200, 'not json at all');
  const r = found(term),
    list = (map) => r.map(map),
    n = r.length;
  if (!host) {
    if (p === '/external')
      return json(
        200,
        list((x) => ({ link: x.url, title: x.title, snippet: x.text })),
      );
    if (p === '/searxng/search')
      return json(200, {
        query: term,
        results: list((x) => ({ url: x.url, title: x.title, content: x.text, score: x.i })),
      });
    if (p === '/yacy/yacysearch.json' || p === '/yacyauth/yacysearch.json') {
      if (p.startsWith('/yacyauth')) {
        const a = q.headers.authorization ?? '';
        if (!a.startsWith('Digest'))
          return text(401, 'who', 'text/plain', {
            'www-authenticate': 'Digest realm="yacy", nonce="abc123", qop="auth", algorithm=MD5',
          });
        const g = (k) => a.match(new RegExp(`\\b${k}="?([^",]+)`))?.[1],
          h = (t) => crypto.createHash('md5').update(t).digest('hex'),
          want = h(
            `${h(`user:yacy:secret`)}:${g('nonce')}:${g('nc')}:${g('cnonce')}:${g('qop')}:${h(`${q.method}:${g('uri')}`)}`,
          );
        if (g('response') !== want) return text(401, 'no');
      }
      return json(200, {
        channels: [
          {
            title: 'yacy',
            items: list((x) => ({ link: x.url, title: x.title, description: x.text, ranking: String(x.i) })),
          },
        ],
      });
    }
    if (p === '/bing')
      return json(200, {
        _type: 'SearchResponse',
        webPages: { value: list((x) => ({ url: x.url, name: x.title, snippet: x.text })) },
      });
    if (p === '/pplx') return json(200, { results: list((x) => ({ url: x.url, title: x.title, snippet: x.text })) });
    if (p === '/loader')
      return json(
        200,
        (body.urls ?? []).map((x) => ({
          page_content: 'loaded ' + new URL(x).pathname,
          metadata: { source: x, title: 'L' },
        })),
      );
    return json(404, { detail: 'Not Found' });
  }
  if (host === 'api.search.brave.com')
    return json(200, { web: { results: list((x) => ({ url: x.url, title: x.title, description: x.text })) } });
  if (host === 'kagi.com')
    return json(200, {
      meta: {},
      data: [...list((x) => ({ t: 0, url: x.url, title: x.title, snippet: x.text })), { t: 1, list: ['related'] }],
    });
  if (host === 'api.mojeek.com')
    return json(200, {
      response: { status: 'OK', results: list((x) => ({ url: x.url, title: x.title, desc: x.text })) },
    });
  if (host === 'api.bochaai.com')
    return json(200, {
      code: 200,
      data: {
        webPages: {
          value: list((x) => ({ id: String(x.i), url: x.url, name: x.title, summary: x.text, snippet: 's' })),
        },
      },
    });
  if (host === 'google.serper.dev')
    return json(200, {
      organic: list((x) => ({ link: x.url, title: x.title, description: x.text, snippet: 'short', position: n - x.i })),
    });
  if (host === 'api.serply.io')
    return json(200, {
      results: list((x) => ({ link: x.url, title: x.title, description: x.text, realPosition: n - x.i })),
    });
  if (host === 'api.serpstack.com')
    return json(200, {
      organic_results: list((x) => ({ url: x.url, title: x.title, snippet: x.text, position: n - x.i })),
    });
  if (host === 'www.searchapi.io' || host === 'serpapi.com')
    return json(200, {
      organic_results: list((x) => ({ link: x.url, title: x.title, snippet: x.text, position: x.i })),
    });
  if (host === 'api.tavily.com')
    return json(200, {
      query: term,
      results: list((x) => ({ url: x.url, title: x.title, content: x.text, score: 1 })),
    });
  if (host === 's.jina.ai')
    return json(200, { code: 200, data: list((x) => ({ url: x.url, title: x.title, content: x.text })) });
  if (host === 'api.exa.ai') return json(200, { results: list((x) => ({ url: x.url, title: x.title, text: x.text })) });
  if (host === 'api.perplexity.ai')
    return json(200, {
      citations: r.map((x) => x.url),
      choices: [{ message: { role: 'assistant', content: 'the answer' } }],
    });
  if (host === 'www.googleapis.com') {
    const st = +query.start,
      num = +query.num;
    return json(200, {
      items: Array.from({ length: /none/.test(term) || (/few/.test(term) && st > 1) ? 0 : num }, (_, i) => ({
        link: `${B}/page/${st + i}.html`,
        title: `Page ${st + i}`,
        snippet: `s ${st + i}`,
      })),
    });
  }
  if (host === 'ollama.com')
    return json(200, { results: list((x) => ({ url: x.url, title: x.title, content: x.text })) });
  if (host === 'api.deepgram.com')
    return /bad/.test(q.headers.authorization)
      ? json(401, { error: { message: 'no entry' } })
      : query.language === 'xx'
        ? json(400, { err_msg: 'no such language' })
        : json(200, { results: { channels: [{ alternatives: [{ transcript: 'heard by deepgram ' }] }] } });
  json(404, { error: 'no such host here: ' + host });
}
http
  .createServer((q, s) =>
    handle(q, s).catch((e) => {
      s.writeHead(500);
      s.end(String(e));
    }),
  )
  .listen(PORT, '127.0.0.1', () => console.log('fake search on ' + PORT));
if (process.env.PROXY_PORT) {
  const d = process.env.CERT_DIR;
  fs.mkdirSync(d, { recursive: true });
  const ssl = (...a) => execFileSync('openssl', a, { cwd: d, stdio: 'ignore' });
  const HOSTS = [
    'api.search.brave.com',
    'kagi.com',
    'api.mojeek.com',
    'api.bochaai.com',
    'google.serper.dev',
    'api.serply.io',
    'api.serpstack.com',
    'www.searchapi.io',
    'serpapi.com',
    'api.tavily.com',
    's.jina.ai',
    'api.exa.ai',
    'api.perplexity.ai',
    'www.googleapis.com',
    'ollama.com',
    'api.deepgram.com',
  ];
  if (!fs.existsSync(d + '/leaf.pem')) {
    ssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '3650',
      '-subj',
      '/CN=stand-in authority',
      '-addext',
      'basicConstraints=critical,CA:TRUE',
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
    );
    ssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=stand-in');
    fs.writeFileSync(
      d + '/ext',
      `subjectAltName=${HOSTS.map((h) => 'DNS:' + h).join(',')}\nextendedKeyUsage=serverAuth\n`,
    );
    ssl(
      'x509',
      '-req',
      '-in',
      'leaf.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      'leaf.pem',
      '-days',
      '3650',
      '-extfile',
      'ext',
    );
  }
  const tlsSrv = https.createServer(
    { key: fs.readFileSync(d + '/leaf.key'), cert: fs.readFileSync(d + '/leaf.pem') },
    (q, s) => handle(q, s, q.headers.host.split(':')[0]).catch(() => s.destroy()),
  );
  const proxy = http.createServer((q, s) => handle(q, s, new URL(q.url).hostname).catch(() => s.destroy()));
  proxy.on('connect', (q, sock) => {
    sock.on('error', () => {});
    if (!HOSTS.includes(q.url.split(':')[0])) return sock.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    sock.write('HTTP/1.1 200 Connection established\r\n\r\n');
    tlsSrv.emit('connection', sock);
  });
  proxy.listen(+process.env.PROXY_PORT, '127.0.0.1', () => console.log('proxy on ' + process.env.PROXY_PORT));
}
