#!/usr/bin/env node
// Stand-in for a pipelines server (open-webui/pipelines), which is an OpenAI server as well. node, no dependencies. env PORT (8325).
// /v1: filters f-all (every model, priority 5), f-echo (only m-echo and p-echo, priority 1), f-other (another model, priority 0); pipe p-echo. /plain/v1: an OpenAI server without pipelines.
// An inlet adds " [<id>]" to the last user message, an outlet " [<id> out]" to the last message. Words in the body steer: DENY-<id> 403 {"detail"} · BREAK-<id> 500 {"detail"} · NODETAIL-<id> 400 {"error"} · TEXT-<id> 500 text · DROP-<id> connection closed.
// Chat completions answer with "echo": what arrived. GET /__take: everything received since the last call ({method, path, headers, body | form}).
import http from 'node:http';
import crypto from 'node:crypto';
const PORT = +(process.env.PORT || 8325);
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
const model = (id, name, pipeline) => ({
  id,
  name,
  object: 'model',
  created: 1700000000,
  owned_by: 'openai',
  ...(pipeline ? { pipeline } : {}),
});
const FILTERS = [
  model('f-all', 'All', { type: 'filter', pipelines: ['*'], priority: 5, valves: true }),
  model('f-echo', 'Echo only', { type: 'filter', pipelines: ['m-echo', 'p-echo'], priority: 1, valves: true }),
  model('f-other', 'Other only', { type: 'filter', pipelines: ['some-other'], priority: 0, valves: false }),
];
const PIPES = [...FILTERS, model('p-echo', 'Pipe', { type: 'pipe', valves: false })];
function parts(raw, boundary) {
  const out = [],
    d = Buffer.from('--' + boundary);
  let at = raw.indexOf(d);
  while (at >= 0) {
    const next = raw.indexOf(d, at + d.length);
    if (next < 0) break;
    const p = raw.subarray(at + d.length + 2, next - 2),
      e = p.indexOf('\r\n\r\n'),
      head = p.subarray(0, e).toString(),
      data = p.subarray(e + 4);
    at = next;
    const name = head.match(/ name="?([^";\r\n]*)"?/i)?.[1],
      filename = head.match(/filename="?([^";\r\n]*)"?/i)?.[1];
    out.push(filename === undefined ? { name, text: data.toString() } : { name, filename, text: data.toString() });
  }
  return out;
}
http
  .createServer(async (q, s) => {
    const ch = [];
    for await (const c of q) ch.push(c);
    const raw = Buffer.concat(ch),
      p = q.url.split('?')[0],
      ct = q.headers['content-type'] ?? '';
    const json = (c, o) => {
        const b = JSON.stringify(o);
        s.writeHead(c, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(b) });
        s.end(b);
      },
      text = (c, t) => {
        s.writeHead(c, { 'content-type': 'text/plain' });
        s.end(t);
      };
    if (p === '/__take') {
      const r = ring;
      ring = [];
      return json(200, r);
    }
    let body = {};
    const rec = {
      method: q.method,
      path: p,
      headers: {
        ...(q.headers.authorization ? { authorization: q.headers.authorization } : {}),
        ...(ct ? { 'content-type': ct.split(';')[0] } : {}),
      },
    };
    if (raw.length) {
      if (ct.startsWith('multipart/')) rec.form = parts(raw, ct.match(/boundary="?([^";]+)/)[1]);
      else {
        try {
          body = JSON.parse(raw);
          rec.body = sort(body);
        } catch {
          rec.raw = raw.toString();
        }
      }
    }
    if (!p.endsWith('/models')) ring.push(rec);
    if (p === '/plain/v1/models') return json(200, { object: 'list', data: [model('plain', 'Plain')] });
    if (p === '/v1/models') return json(200, { object: 'list', data: PIPES, pipelines: true });
    const t = JSON.stringify(body),
      area = p.match(/^\/v1\/([^/]+)\//)?.[1];
    let m = p.match(/^\/v1\/([\w.-]+)\/filter\/(inlet|outlet)$/);
    if (m) {
      const id = m[1],
        has = (w) => t.includes(`${w}-${id}`);
      if (!PIPES.some((x) => x.id === id)) return json(404, { detail: `Filter ${id} not found` });
      if (has('DENY')) return json(403, { detail: `denied by ${id}` });
      if (has('BREAK')) return json(500, { detail: `${id} broke` });
      if (has('NODETAIL')) return json(400, { error: `${id} says no` });
      if (has('TEXT')) return text(500, 'plain words');
      if (has('DROP')) return q.socket.destroy();
      const b = body.body,
        l = m[2] === 'inlet' ? b.messages?.filter((x) => x.role === 'user').at(-1) : b.messages?.at(-1);
      if (l) l.content += m[2] === 'inlet' ? ` [${id}]` : ` [${id} out]`;
      return json(200, b);
    }
    m = p.match(/^\/v1\/([\w.-]+)\/valves(\/spec|\/update)?$/);
    if (m) {
      if (m[1] === 'f-text') return text(500, 'plain words');
      if (m[1] === 'f-list') return json(200, [1, 2]);
      if (!PIPES.some((x) => x.id === m[1])) return json(404, { detail: `Pipeline ${m[1]} not found` });
      if (m[2] === '/spec')
        return json(200, {
          title: 'Valves',
          type: 'object',
          properties: {
            pipelines: { type: 'array', items: { type: 'string' }, default: [] },
            priority: { type: 'integer', default: 0 },
          },
        });
      return json(200, m[2] ? body : { pipelines: ['*'], priority: 5 });
    }
    if (p === '/v1/pipelines' && q.method === 'GET')
      return json(200, {
        data: PIPES.map((x) => ({ id: x.id, name: x.name, type: x.pipeline.type, valves: x.pipeline.valves })),
      });
    if (p === '/v1/pipelines/add')
      return body.url.includes('bad')
        ? json(400, { detail: 'cannot load' })
        : json(200, { status: true, detail: `Pipeline added from ${body.url}` });
    if (p === '/v1/pipelines/delete')
      return body.id === 'f-all' ? json(200, { status: true }) : json(404, { detail: `Pipeline ${body.id} not found` });
    if (p === '/v1/pipelines/upload')
      return t !== '{}' || rec.form?.[0]?.text.includes('BAD')
        ? json(422, { detail: 'syntax error' })
        : json(200, { status: true, detail: `Pipeline ${rec.form[0].filename} uploaded` });
    if (p.endsWith('/chat/completions')) {
      const id = body.model,
        chunk = (delta, finish = null, extra = {}) =>
          'data: ' +
          JSON.stringify({
            id: 'chatcmpl-1',
            object: 'chat.completion.chunk',
            created: 1700000000,
            model: id,
            choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
            ...extra,
          }) +
          '\n\n',
        echo = { path: p, headers: rec.headers, body: sort(body) };
      if (body.stream) {
        s.writeHead(200, { 'content-type': 'text/event-stream' });
        s.write(chunk({ role: 'assistant', content: '' }));
        s.write(chunk({ content: 'Pipe says hi' }));
        s.write(chunk({}, 'stop', { echo }));
        return s.end('data: [DONE]\n\n');
      }
      return json(200, {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1700000000,
        model: id,
        choices: [
          { index: 0, logprobs: null, finish_reason: 'stop', message: { role: 'assistant', content: 'Pipe says hi' } },
        ],
        echo,
      });
    }
    json(404, { detail: 'Not Found' });
  })
  .listen(PORT, '127.0.0.1', () => console.log('fake pipelines on ' + PORT));
