#!/usr/bin/env node
// Scripted OpenAI-compatible server for the chat-flow recordings. env PORT, HOST.
// The last user message steers a normal completion: "FAIL <status>" error before the stream; "PLAINFAIL <status>" the same with a text body, "DETAILFAIL <status>" with {"detail":text}, "TEXTFAIL <status>" with {"error":text}; "BREAK <n>" socket closed after n deltas; "ERRCHUNK <n>" after n deltas an error
// object as a chunk, then [DONE]; "THINK" reasoning_content deltas first; "TAGTHINK" <think> tags in content; "USAGE" usage chunk always; "SLOW" 100 ms per delta; "STALL <n>" waits 3 s after n deltas; "FIRSTSLOW" nothing at all for 1.5 s; "EMPTY" no deltas;
// otherwise five deltas "Hello ", "from ", "<model>", ": ", "<user text>". Task prompts (title, tags, follow-ups) are told by a "### Task:" head and answered with JSON. GET/DELETE /__requests.
import http from 'node:http';
const PORT = +(process.env.PORT || 8319),
  HOST = process.env.HOST || '127.0.0.1',
  MODELS = ['fake-small', 'fake-large'];
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
const json = (res, code, o) => {
  const b = JSON.stringify(o);
  res.writeHead(code, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(b) });
  res.end(b);
};
function task(u) {
  if (!/### Task:|### Guidelines/.test(u)) return null;
  const out =
    u.match(/### Output[\s\S]*?(title|tags|follow_ups|queries)"/)?.[1] ??
    u.match(/"(title|tags|follow_ups|queries)"/)?.[1];
  return (
    {
      title: 'Here it is: {"title": "🍎 Fruit Talk"}',
      tags: '{"tags": ["Food", "Fresh Fruit", "none"]}',
      follow_ups: '```json\n{"follow_ups": ["Why?", "How?"]}\n```',
      queries: '{"queries": ["q1"]}',
    }[out] ?? null
  );
}
async function chat(req, res, body) {
  const id = 'chatcmpl-' + ++seq,
    created = 1700000000,
    model = body.model,
    user = text((body.messages ?? []).filter((m) => m.role === 'user').at(-1)?.content);
  const usage = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 };
  const t = task(user);
  let m = t ? null : user.match(/(PLAINFAIL|DETAILFAIL|TEXTFAIL|FAIL) (\d{3})/);
  if (m) {
    if (m[1] === 'PLAINFAIL') {
      res.writeHead(+m[2], { 'content-type': 'text/plain' });
      return res.end('plain trouble');
    }
    if (m[1] === 'DETAILFAIL') return json(res, +m[2], { detail: 'detail trouble' });
    if (m[1] === 'TEXTFAIL') return json(res, +m[2], { error: 'text trouble' });
    return json(res, +m[2], { error: { message: `forced failure ${m[2]}`, type: 'fake_error', code: m[2] } });
  }
  const toks = t ? [t] : /EMPTY/.test(user) ? [] : ['Hello ', 'from ', model, ': ', user];
  const slow = /(^|\s)SLOW/.test(user) && !t ? 100 : 0;
  const reasoning = /(^|\s)THINK/.test(user) && !t ? ['Let me ', 'think.\nYes'] : [];
  const content = (/TAGTHINK/.test(user) && !t ? '<think>inner\nthought</think>\n' : '') + toks.join('');
  if (!body.stream) {
    if (slow) await sleep(500);
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
          finish_reason: 'stop',
          message: {
            role: 'assistant',
            content,
            ...(reasoning.length ? { reasoning_content: reasoning.join('') } : {}),
          },
        },
      ],
    });
  }
  if (/FIRSTSLOW/.test(user) && !t) await sleep(1500);
  if (res.destroyed) return;
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  const raw = (o) => res.write('data: ' + JSON.stringify(o) + '\n\n');
  const send = (delta, finish_reason = null) =>
    raw({
      id,
      object: 'chat.completion.chunk',
      created,
      model,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    });
  send({ role: 'assistant', content: '' });
  for (const r of reasoning) {
    send({ reasoning_content: r });
    await sleep(20);
  }
  const brk = user.match(/BREAK (\d+)/),
    err = user.match(/ERRCHUNK (\d+)/);
  const list = /TAGTHINK/.test(user) && !t ? ['<think>', 'inner\n', 'thought', '</think>', '\n', ...toks] : toks;
  for (const [i, x] of list.entries()) {
    if (res.destroyed) return;
    if (brk && i === +brk[1]) {
      await sleep(50);
      return res.destroy();
    }
    if (err && i === +err[1]) {
      raw({ error: { message: 'mid-stream trouble', type: 'server_error', code: 500 } });
      return res.end('data: [DONE]\n\n');
    }
    const stall = user.match(/STALL (\d+)/);
    if (stall && !t && i === +stall[1]) await sleep(3000);
    if (res.destroyed) return;
    if (slow) await sleep(slow);
    else await sleep(20);
    send({ content: x });
  }
  send({}, 'stop');
  if (body.stream_options?.include_usage || /USAGE/.test(user))
    raw({ id, object: 'chat.completion.chunk', created, model, choices: [], usage });
  res.end('data: [DONE]\n\n');
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
      const rawb = Buffer.concat(chunks).toString();
      let body = {};
      try {
        body = rawb ? JSON.parse(rawb) : {};
      } catch {
        body = { __raw: rawb };
      }
      const rec = { method: req.method, path, headers: req.headers, body, aborted: false };
      ring.push(rec);
      if (ring.length > 200) ring.shift();
      res.on('close', () => {
        if (!res.writableEnded) rec.aborted = true;
      });
      if (path === '/models')
        return json(res, 200, {
          object: 'list',
          data: MODELS.map((id) => ({ id, object: 'model', created: 1700000000, owned_by: 'fake' })),
        });
      if (path === '/chat/completions' && req.method === 'POST') return await chat(req, res, body);
      if (path === '/embeddings') {
        const input = Array.isArray(body.input) ? body.input : [body.input ?? ''];
        return json(res, 200, {
          object: 'list',
          model: body.model,
          data: input.map((s, index) => ({
            object: 'embedding',
            index,
            embedding: Array.from({ length: 384 }, (_, i) => (i === s.length % 384 ? 1 : 0)),
          })),
        });
      }
      json(res, 404, { error: { message: `no route ${req.method} ${path}` } });
    } catch (e) {
      if (!res.headersSent) json(res, 500, { error: { message: String(e) } });
      else res.destroy();
    }
  })
  .listen(PORT, HOST, () => console.log(`fake on ${PORT}`));
