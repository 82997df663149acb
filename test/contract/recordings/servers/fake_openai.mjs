#!/usr/bin/env node
// OpenAI-compatible fake model server. No dependencies.
// env: PORT (9100) HOST (127.0.0.1) TOKENS (20) DELAY_MS per token (0) FIRST_DELAY_MS (0) LOG (JSON-lines file)
// Body-level overrides for tests: {"fake_tokens":n,"fake_delay_ms":n}. A user message starting with "FAIL <status>" gets that error.
import http from 'node:http';
import fs from 'node:fs';
const PORT = +(process.env.PORT || 9100),
  HOST = process.env.HOST || '127.0.0.1';
const TOKENS = +(process.env.TOKENS || 20),
  DELAY = +(process.env.DELAY_MS || 0),
  FIRST = +(process.env.FIRST_DELAY_MS || 0);
const log = process.env.LOG ? fs.createWriteStream(process.env.LOG, { flags: 'a' }) : null;
const MODELS = ['fake-small', 'fake-large'];
let ring = [],
  seq = 0;
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const text = (c) =>
  typeof c === 'string'
    ? c
    : Array.isArray(c)
      ? c.map((p) => p.text ?? '').join(' ')
      : c == null
        ? ''
        : JSON.stringify(c);

function embed(s) {
  const v = new Float64Array(384);
  for (const w of String(s)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []) {
    let h = 0x811c9dc5;
    for (const b of Buffer.from(w)) {
      h ^= b;
      h = Math.imul(h, 0x01000193) >>> 0;
    }
    v[h % 384] += h & 0x10000 ? 1 : -1;
  }
  let n = 0;
  for (const x of v) n += x * x;
  n = Math.sqrt(n);
  if (!n) {
    v[0] = 1;
    n = 1;
  }
  return Array.from(v, (x) => x / n);
}

function plan(body) {
  const msgs = body.messages ?? [],
    last = msgs.at(-1);
  const user = text(msgs.filter((m) => m.role === 'user').at(-1)?.content);
  const tools = msgs.slice(msgs.findLastIndex((m) => m.role === 'user') + 1).filter((m) => m.role === 'tool');
  if (tools.length) return { content: 'TOOLRESULT: ' + tools.map((m) => text(m.content)).join(' | ') };
  const m = body.tools?.length && last?.role === 'user' && user.match(/CALLTOOL\s+([\w.-]+)\s*(\{[\s\S]*\})?/);
  if (m) {
    let args = '{}';
    if (m[2])
      for (let e = m[2].length; e > 0; e = m[2].lastIndexOf('}', e - 2) + 1) {
        try {
          args = JSON.stringify(JSON.parse(m[2].slice(0, e)));
          break;
        } catch {
          /* shorten */
        }
      }
    return { tool: { name: m[1], args } };
  }
  const n = body.fake_tokens ?? TOKENS;
  const echo = ('You said: ' + user).split(/(?<=\s)/);
  const toks = echo.slice(0, Math.max(n, 1));
  for (let i = toks.length; i < n; i++) toks.push(` tok${i}`);
  return { content: toks.join(''), toks };
}

async function chat(res, body) {
  const id = 'chatcmpl-fake' + ++seq,
    created = Math.floor(Date.now() / 1000),
    model = body.model ?? MODELS[0];
  const user = text((body.messages ?? []).filter((m) => m.role === 'user').at(-1)?.content);
  const f = user.match(/^FAIL (\d{3})/);
  if (f) return json(res, +f[1], { error: { message: `forced failure ${f[1]}`, type: 'fake_error', code: f[1] } });
  const p = plan(body),
    delay = body.fake_delay_ms ?? DELAY;
  const toks = p.toks ?? (p.content ? p.content.split(/(?<=\s)/) : []);
  const usage = {
    prompt_tokens: Math.ceil(JSON.stringify(body.messages ?? []).length / 4),
    completion_tokens: toks.length || 1,
    total_tokens: 0,
  };
  usage.total_tokens = usage.prompt_tokens + usage.completion_tokens;
  const call = p.tool && {
    id: 'call_' + seq,
    type: 'function',
    function: { name: p.tool.name, arguments: p.tool.args },
  };
  if (FIRST) await sleep(FIRST);
  if (!body.stream) {
    if (delay) await sleep(delay * Math.max(toks.length, 1));
    return json(res, 200, {
      id,
      object: 'chat.completion',
      created,
      model,
      usage,
      choices: [
        {
          index: 0,
          logprobs: null,
          finish_reason: call ? 'tool_calls' : 'stop',
          message: call
            ? { role: 'assistant', content: null, tool_calls: [call] }
            : { role: 'assistant', content: p.content },
        },
      ],
    });
  }
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (delta, finish_reason = null, extra = {}) =>
    res.write(
      'data: ' +
        JSON.stringify({
          id,
          object: 'chat.completion.chunk',
          created,
          model,
          choices: [{ index: 0, delta, logprobs: null, finish_reason }],
          ...extra,
        }) +
        '\n\n',
    );
  send({ role: 'assistant', content: call ? null : '' });
  if (call) {
    send({
      tool_calls: [{ index: 0, id: call.id, type: 'function', function: { name: call.function.name, arguments: '' } }],
    });
    const a = call.function.arguments,
      h = Math.ceil(a.length / 2);
    for (const part of [a.slice(0, h), a.slice(h)])
      if (part) {
        if (delay) await sleep(delay);
        send({ tool_calls: [{ index: 0, function: { arguments: part } }] });
      }
  } else
    for (const t of toks) {
      if (res.destroyed) return;
      if (delay) await sleep(delay);
      send({ content: t });
    }
  send({}, call ? 'tool_calls' : 'stop');
  if (body.stream_options?.include_usage)
    res.write(
      'data: ' + JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices: [], usage }) + '\n\n',
    );
  res.end('data: [DONE]\n\n');
}
function json(res, code, o) {
  const b = JSON.stringify(o);
  res.writeHead(code, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(b) });
  res.end(b);
}

http
  .createServer(async (req, res) => {
    try {
      const path = new URL(req.url, 'http://x').pathname.replace(/^\/v1(?=\/)/, '');
      if (path === '/__requests') {
        if (req.method === 'DELETE') {
          ring = [];
          return json(res, 200, { ok: true });
        }
        return json(res, 200, ring);
      }
      const chunks = [];
      for await (const c of req) chunks.push(c);
      const raw = Buffer.concat(chunks).toString();
      let body = {};
      if (raw) {
        try {
          body = JSON.parse(raw);
        } catch {
          body = { __raw: raw };
        }
      }
      const rec = { at: Date.now(), method: req.method, path, headers: req.headers, body };
      ring.push(rec);
      if (ring.length > 100) ring.shift();
      log?.write(JSON.stringify(rec) + '\n');
      if (path === '/models')
        return json(res, 200, {
          object: 'list',
          data: MODELS.map((id) => ({ id, object: 'model', created: 1700000000, owned_by: 'fake' })),
        });
      if (path.startsWith('/models/'))
        return json(res, 200, { id: path.slice(8), object: 'model', created: 1700000000, owned_by: 'fake' });
      if (path === '/chat/completions' && req.method === 'POST') return await chat(res, body);
      if (path === '/embeddings' && req.method === 'POST') {
        const input = Array.isArray(body.input) ? body.input : [body.input ?? ''];
        return json(res, 200, {
          object: 'list',
          model: body.model ?? 'fake-embed',
          data: input.map((s, index) => ({ object: 'embedding', index, embedding: embed(s) })),
          usage: { prompt_tokens: input.length, total_tokens: input.length },
        });
      }
      json(res, 404, { error: { message: `no route ${req.method} ${path}`, type: 'not_found' } });
    } catch (e) {
      if (!res.headersSent) json(res, 500, { error: { message: String(e) } });
      else res.destroy();
    }
  })
  .listen(PORT, HOST, () => console.log(`fake openai on http://${HOST}:${PORT}/v1`));
