#!/usr/bin/env node
// Fake Ollama server for the recorded exchanges. node, no dependencies. env PORT (8323). Always answers the same to the same request.
// Hosts on one port: / (llama3:latest, qwen:0.5b; version 0.9.1), /b (llama3:latest, mistral:7b; version 0.5.0), /dead (500 everywhere with {"error":"boom"}), /plain (text replies, status 502).
// Model "qwen:0.5b": chat/generate contents are the JSON (keys sorted) of what was received, preceded by "ECHO "; last user message/prompt "FAIL <status>" → that error. Message "TOOL" → tool call, "THINK" → thinking.
// PUT /__script [reply…] queue for /api/chat: {"json"|"ndjson":[…]|"text","status"?}. GET/DELETE /__requests.
import http from 'node:http';
const PORT = +(process.env.PORT || 8323);
let ring = [],
  script = [];
const sortKeys = (x) =>
  Array.isArray(x)
    ? x.map(sortKeys)
    : x && typeof x === 'object'
      ? Object.fromEntries(
          Object.keys(x)
            .sort()
            .map((k) => [k, sortKeys(x[k])]),
        )
      : x;
const T = '2024-01-02T03:04:05.678901234Z';
const tag = (name, size) => ({
  name,
  model: name,
  modified_at: T,
  size,
  digest: 'd' + size,
  details: {
    parent_model: '',
    format: 'gguf',
    family: 'llama',
    families: ['llama'],
    parameter_size: '1B',
    quantization_level: 'Q4_0',
  },
});
const HOSTS = {
  '': { tags: [tag('llama3:latest', 1000), tag('qwen:0.5b', 500)], version: '0.9.1' },
  b: { tags: [tag('llama3:latest', 1000), tag('mistral:7b', 7000)], version: '0.5.0' },
};
const json = (res, code, o, ct = 'application/json; charset=utf-8') => {
  const b = JSON.stringify(o);
  res.writeHead(code, { 'content-type': ct });
  res.end(b);
};
const nd = async (res, items, status = 200) => {
  res.writeHead(status, { 'content-type': 'application/x-ndjson' });
  for (const i of items) {
    res.write(JSON.stringify(i) + '\n');
    await new Promise((r) => setTimeout(r, 4));
  }
  res.end();
};
const STAT = {
  total_duration: 3661500000000,
  load_duration: 1000000,
  prompt_eval_count: 10,
  prompt_eval_duration: 2000000000,
  eval_count: 30,
  eval_duration: 3000000000,
};
http
  .createServer(async (req, res) => {
    try {
      const u = new URL(req.url, 'http://x');
      let p = u.pathname;
      const cs = [];
      for await (const c of req) cs.push(c);
      const buf = Buffer.concat(cs);
      let body = null;
      try {
        body = buf.length ? JSON.parse(buf.toString()) : null;
      } catch {
        body = { __bytes: buf.length };
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
      const m = p.match(/^\/(b|dead|plain)(?=\/)/),
        host = m?.[1] ?? '';
      p = p.slice(m ? m[0].length : 0);
      const H = HOSTS[host];
      const h = {};
      for (const k of [
        'authorization',
        'content-type',
        ...Object.keys(req.headers).filter((k) => k.startsWith('x-openwebui')),
      ])
        if (req.headers[k]) h[k] = req.headers[k];
      const got = { method: req.method, path: u.pathname, headers: sortKeys(h), body: sortKeys(body) };
      ring.push(got);
      if (ring.length > 300) ring.shift();
      if (host === 'dead') return json(res, 500, { error: 'boom' });
      if (host === 'plain') {
        res.writeHead(502, { 'content-type': 'text/plain' });
        return res.end('bad gateway');
      }
      if (p === '/') {
        res.writeHead(200, { 'content-type': 'text/plain' });
        return res.end('Ollama is running');
      }
      if (p === '/api/tags') return json(res, 200, { models: H.tags });
      if (p === '/api/version') return json(res, 200, { version: H.version });
      if (p === '/api/ps')
        return json(res, 200, {
          models: [
            {
              name: 'llama3:latest',
              model: 'llama3:latest',
              size: 1000,
              digest: 'd1000',
              details: {},
              expires_at: '2030-01-01T00:00:00Z',
              size_vram: 900,
            },
          ],
        });
      const name = body?.model ?? body?.name,
        known = H.tags.some((t) => t.name === name || t.name === name + ':latest');
      const miss = () => json(res, 404, { error: `model '${name}' not found` });
      if (p === '/api/show')
        return known
          ? json(res, 200, {
              modelfile: '# x',
              parameters: 'stop "a"',
              template: '{{ .Prompt }}',
              details: { family: 'llama' },
              model_info: { 'general.architecture': 'llama' },
              capabilities: ['completion'],
              echo: got.body,
            })
          : miss();
      if (p === '/api/pull')
        return name?.startsWith('nope')
          ? json(res, 500, { error: 'pull model manifest: file does not exist' })
          : nd(res, [
              { status: 'pulling manifest', echo: got.body },
              { status: 'pulling abc', digest: 'sha256:abc', total: 100, completed: 50 },
              { status: 'pulling abc', digest: 'sha256:abc', total: 100, completed: 100 },
              { status: 'success' },
            ]);
      if (p === '/api/push') return nd(res, [{ status: 'retrieving manifest', echo: got.body }, { status: 'success' }]);
      if (p === '/api/create')
        return nd(res, [{ status: 'reading model metadata', echo: got.body }, { status: 'success' }]);
      if (p === '/api/copy')
        return H.tags.some((t) => t.name === body.source)
          ? (res.writeHead(200), res.end())
          : json(res, 404, { error: `model "${body.source}" not found` });
      if (p === '/api/delete') return known ? (res.writeHead(200), res.end()) : miss();
      if (p.startsWith('/api/blobs/')) {
        res.writeHead(201);
        return res.end();
      }
      if (p === '/api/embed')
        return known
          ? json(res, 200, {
              model: name,
              embeddings: [].concat(body.input).map((s, i) => [0.5, i, String(s).length]),
              total_duration: 1,
              load_duration: 1,
              prompt_eval_count: 1,
              echo: got.body,
            })
          : miss();
      if (p === '/api/embeddings')
        return known ? json(res, 200, { embedding: [0.25, String(body.prompt).length], echo: got.body }) : miss();
      const echo = 'ECHO ' + JSON.stringify(got.body),
        last = body?.messages?.filter((x) => x.role === 'user').at(-1)?.content ?? body?.prompt ?? '',
        f = String(last).match(/^FAIL (\d{3})/);
      if (p === '/api/generate') {
        if (body.keep_alive === 0 && !body.prompt)
          return json(res, 200, { model: name, response: '', done: true, done_reason: 'unload' });
        if (f) return json(res, +f[1], { error: 'forced ' + f[1] });
        const t = name.startsWith('qwen') ? echo : 'Hello world';
        return body.stream === false
          ? json(res, 200, { model: name, created_at: T, response: t, done: true, ...STAT })
          : nd(res, [
              { model: name, created_at: T, response: t, done: false },
              { model: name, created_at: T, response: '', done: true, done_reason: 'stop', ...STAT },
            ]);
      }
      if (p === '/api/chat') {
        const s = script.shift();
        if (s) {
          if (s.ndjson) return nd(res, s.ndjson, s.status);
          if (s.text !== undefined) {
            res.writeHead(s.status ?? 200, { 'content-type': 'text/plain' });
            return res.end(s.text);
          }
          return json(res, s.status ?? 200, s.json);
        }
        if (f) return json(res, +f[1], { error: 'forced ' + f[1] });
        const A = { model: name, created_at: T },
          msg =
            last === 'TOOL'
              ? {
                  role: 'assistant',
                  content: '',
                  tool_calls: [{ function: { name: 'add', arguments: { a: 1, b: 'é' } } }],
                }
              : last === 'THINK'
                ? { role: 'assistant', content: 'Answer', thinking: 'Let me see' }
                : { role: 'assistant', content: name.startsWith('qwen') ? echo : 'Hello world' };
        if (!body.stream) return json(res, 200, { ...A, message: msg, done: true, done_reason: 'stop', ...STAT });
        return nd(res, [
          ...(msg.thinking
            ? [{ ...A, message: { role: 'assistant', content: '', thinking: msg.thinking }, done: false }]
            : []),
          { ...A, message: msg.thinking ? { role: 'assistant', content: msg.content } : msg, done: false },
          { ...A, message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', ...STAT },
        ]);
      }
      if (p === '/v1/chat/completions' || p === '/v1/completions') {
        if (f) return json(res, +f[1], { error: { message: 'forced ' + f[1] } });
        const o = {
          id: 'chatcmpl-1',
          object: p.includes('chat') ? 'chat.completion' : 'text_completion',
          created: 1700000000,
          model: name,
        };
        if (body.stream) {
          res.writeHead(200, { 'content-type': 'text/event-stream' });
          res.write(
            'data: ' +
              JSON.stringify({
                ...o,
                choices: [{ index: 0, delta: { role: 'assistant', content: 'Hello' }, finish_reason: null }],
              }) +
              '\n\n',
          );
          return res.end('data: [DONE]\n\n');
        }
        return json(
          res,
          200,
          {
            ...o,
            choices: [
              {
                index: 0,
                finish_reason: 'stop',
                ...(p.includes('chat') ? { message: { role: 'assistant', content: 'Hello' } } : { text: 'Hello' }),
              },
            ],
            echo: got.body,
          },
          'application/json',
        );
      }
      if (p === '/v1/models')
        return json(
          res,
          200,
          {
            object: 'list',
            data: H.tags.map((t) => ({ id: t.name, object: 'model', created: 1700000000, owned_by: 'library' })),
          },
          'application/json',
        );
      json(res, 404, { error: 'no route' });
    } catch (e) {
      if (!res.headersSent) json(res, 500, { error: String(e) });
      else res.destroy();
    }
  })
  .listen(PORT, '127.0.0.1', () => console.log('fake ollama on ' + PORT));
