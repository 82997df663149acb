#!/usr/bin/env node
// Scripted OpenAI-compatible provider for the recorded exchanges. node, no dependencies. env PORT (8322). Always answers the same to the same request.
// Base URLs on one port: /v1 (m-alpha, m-beta, m-echo, o3-mini), /b/v1 (m-beta, m-gamma), /list/v1 (bare list reply, name null), /bad/v1 (401 everywhere), /html/v1 (text replies),
// /pipe/v1 (a pipelines server with filter "pf" for every model and pipe "pm"), /azure (Azure deployments). Model "m-echo" answers with "echo": what it received.
// "FAIL <status>" at the start of the last user message: that error. Queue: PUT /__script [reply…] -> the next chat completions get these, in order:
//   {"status":200,"json":{…}} | {"sse":[chunk object or raw string…],"status"?,"delay_ms"?} | {"text":"…","status"?,"type"?} | {"reset":true}
// GET /__requests (all chat/embedding requests, oldest first), DELETE /__requests clears the list and the queue.
import http from 'node:http';
const PORT = +(process.env.PORT || 8322);
let ring = [],
  script = [];
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
export const sortKeys = (x) =>
  Array.isArray(x)
    ? x.map(sortKeys)
    : x && typeof x === 'object'
      ? Object.fromEntries(
          Object.keys(x)
            .sort()
            .map((k) => [k, sortKeys(x[k])]),
        )
      : x;
const text = (c) =>
  typeof c === 'string'
    ? c
    : Array.isArray(c)
      ? c.map((p) => p.text ?? '').join(' ')
      : c == null
        ? ''
        : JSON.stringify(c);
export function embed(s) {
  // 64 numbers: FNV-1a of each lower-case word picks a position and a sign; normalised
  const v = new Float64Array(64);
  for (const w of String(s)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []) {
    let h = 0x811c9dc5;
    for (const b of Buffer.from(w)) {
      h ^= b;
      h = Math.imul(h, 0x01000193) >>> 0;
    }
    v[h % 64] += h & 0x10000 ? 1 : -1;
  }
  let n = Math.sqrt(v.reduce((a, x) => a + x * x, 0));
  if (!n) {
    v[0] = 1;
    n = 1;
  }
  return Array.from(v, (x) => +(x / n).toFixed(6));
}
const model = (id, extra = {}) => ({ id, object: 'model', created: 1700000000, owned_by: 'fake', ...extra });
const LISTS = { '': ['m-alpha', 'm-beta', 'm-echo', 'o3-mini'], b: ['m-beta', 'm-gamma'] };
const json = (res, code, o, h = {}) => {
  const b = JSON.stringify(o);
  res.writeHead(code, { 'content-type': 'application/json', ...h });
  res.end(b);
};
const completion = (m, content, extra = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1700000000,
  model: m,
  choices: [{ index: 0, logprobs: null, finish_reason: 'stop', message: { role: 'assistant', content } }],
  usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
  ...extra,
});
const chunk = (m, delta, finish = null, extra = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1700000000,
  model: m,
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  ...extra,
});
async function sse(res, items, status = 200, delay = 0) {
  res.writeHead(status, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const it of items) {
    if (delay) await sleep(delay);
    if (res.destroyed) return;
    res.write(typeof it === 'string' ? it : 'data: ' + JSON.stringify(it) + '\n\n');
    await sleep(4);
  }
  res.end();
}
const PIPES = [
  { id: 'pf', name: 'PF', type: 'filter', valves: true, pipelines: ['*'], priority: 0 },
  { id: 'pm', name: 'PM', type: 'pipe', valves: false },
];
http
  .createServer(async (req, res) => {
    try {
      const u = new URL(req.url, 'http://x');
      let p = u.pathname;
      const chunks = [];
      for await (const c of req) chunks.push(c);
      const raw = Buffer.concat(chunks).toString();
      let body = null;
      try {
        body = raw ? JSON.parse(raw) : null;
      } catch {
        body = { __raw: raw.length };
      }
      if (p === '/__requests') {
        if (req.method === 'DELETE') {
          ring = [];
          script = [];
          return json(res, 200, true);
        }
        return json(res, 200, ring);
      }
      if (p === '/__script') {
        script.push(...body);
        return json(res, 200, true);
      }
      const m = p.match(/^\/(?:(b|list|bad|html|pipe|azure)(?=\/))?/),
        area = m[1] ?? '';
      p = p.slice(area ? area.length + 1 : 0).replace(/^\/v1(?=\/|$)/, '');
      const h = {};
      for (const k of [
        'authorization',
        'api-key',
        'api-version',
        'content-type',
        'x-extra',
        'cookie',
        'http-referer',
        'x-title',
        ...Object.keys(req.headers).filter((k) => k.startsWith('x-openwebui')),
      ])
        if (req.headers[k]) h[k] = req.headers[k];
      const echo = {
        method: req.method,
        path: u.pathname,
        query: u.search,
        headers: sortKeys(h),
        body: sortKeys(body),
      };
      if (/completions|embeddings|filter/.test(p)) {
        ring.push(echo);
        if (ring.length > 300) ring.shift();
      }
      if (area === 'bad') return json(res, 401, { error: { message: 'bad key', type: 'auth' } });
      if (area === 'html') {
        res.writeHead(p.includes('fail') ? 418 : 200, { 'content-type': 'text/plain' });
        return res.end('plain words');
      }
      if (area === 'pipe') {
        if (p === '/models')
          return json(res, 200, {
            data: [
              model('pf', { name: 'PF', pipeline: { type: 'filter', pipelines: ['*'], priority: 0, valves: true } }),
              model('pm', { name: 'PM', pipeline: { type: 'pipe', valves: false } }),
            ],
            object: 'list',
            pipelines: true,
          });
        if (p === '/pipelines') return json(res, 200, { data: PIPES });
        let f = p.match(/^\/([\w.-]+)\/filter\/(inlet|outlet)$/);
        if (f) {
          const t = JSON.stringify(body.body);
          if (t.includes('PFDENY')) return json(res, 403, { detail: 'denied by pf' });
          if (t.includes('PFBREAK')) return json(res, 500, { detail: 'pf broke' });
          const b = body.body;
          if (f[2] === 'inlet') b.pf_user = body.user.email;
          else if (b.messages?.length) b.messages[b.messages.length - 1].content += ' [pf outlet]';
          return json(res, 200, b);
        }
        f = p.match(/^\/([\w.-]+)\/valves(\/spec|\/update)?$/);
        if (f) {
          if (f[1] !== 'pf') return json(res, 404, { detail: `Pipeline ${f[1]} not found` });
          if (f[2] === '/spec') return json(res, 200, { type: 'object', properties: { limit: { type: 'integer' } } });
          return json(res, 200, f[2] ? body : { limit: 1 });
        }
        if (p === '/pipelines/add')
          return body.url.includes('bad')
            ? json(res, 400, { detail: 'cannot load' })
            : json(res, 200, { status: true, detail: 'added ' + body.url });
        if (p === '/pipelines/delete')
          return body.id === 'pf'
            ? json(res, 200, { status: true, detail: 'deleted pf' })
            : json(res, 404, { detail: 'no such pipeline' });
        if (p === '/pipelines/upload') return json(res, 200, { status: true, detail: 'uploaded' });
      }
      if (area === 'list' && p === '/models')
        return json(res, 200, [model('l-one', { name: null }), model('l-two', { name: 'List Two' })]);
      if (p === '/models' || p === '/openai/models')
        return json(res, 200, { object: 'list', data: (LISTS[area] ?? LISTS['']).map((id) => model(id)) });
      if (p === '/embeddings') {
        const inp = Array.isArray(body.input) ? body.input : [body.input ?? ''];
        return json(res, 200, {
          object: 'list',
          model: body.model,
          data: inp.map((s, index) => ({ object: 'embedding', index, embedding: embed(s) })),
          usage: { prompt_tokens: inp.length, total_tokens: inp.length },
        });
      }
      if (p.endsWith('/chat/completions')) {
        const id = body.model ?? 'azure',
          us = (body.messages ?? []).filter((x) => x.role === 'user').at(-1),
          user = text(us?.content),
          f = user.match(/^FAIL (\d{3})/);
        const s = script.shift();
        if (s) {
          if (s.delay_first_ms) await sleep(s.delay_first_ms);
          if (s.reset) return req.socket.destroy();
          if (s.sse) return await sse(res, s.sse, s.status, s.delay_ms);
          if (s.text !== undefined) {
            res.writeHead(s.status ?? 200, { 'content-type': s.type ?? 'text/plain' });
            return res.end(s.text);
          }
          return json(res, s.status ?? 200, s.json);
        }
        if (f)
          return json(res, +f[1], { error: { message: `forced failure ${f[1]}`, type: 'fake_error', code: f[1] } });
        if (body.stream)
          return await sse(res, [
            chunk(id, { role: 'assistant', content: '' }),
            chunk(id, { content: 'Hello' }),
            chunk(id, { content: ' world' }),
            chunk(id, {}, 'stop', id.startsWith('m-echo') ? { echo } : {}),
            'data: [DONE]\n\n',
          ]);
        return json(
          res,
          200,
          completion(
            id,
            'Hello world',
            id.startsWith('m-echo') || area === 'azure' || id.startsWith('o3') ? { echo } : {},
          ),
        );
      }
      if (p === '/teapot') return json(res, 418, { error: { message: 'teapot' } });
      if (p === '/stream') return await sse(res, ['data: {"a":1}\n\n', 'data: [DONE]\n\n']);
      if (p === '/echo' || p.startsWith('/files') || p.startsWith('/openai/deployments'))
        return json(res, 200, { echo });
      json(res, 404, { error: { message: `no route ${req.method} ${p}`, type: 'not_found' } });
    } catch (e) {
      if (!res.headersSent) json(res, 500, { error: { message: String(e) } });
      else res.destroy();
    }
  })
  .listen(PORT, '127.0.0.1', () => console.log('fake llm on ' + PORT));
