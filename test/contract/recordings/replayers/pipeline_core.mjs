// Runs one scenario of pipeline.jsonl. Used by rec_pipeline.mjs and replay_pipeline.mjs. Needs socket.io-client (env SIO_MODULES: a directory holding node_modules) and a running fake_llm.mjs (env LLM).
import { createRequire } from 'node:module';
import { send, fillRequest } from './replay.mjs';
const { io } = createRequire((process.env.SIO_MODULES || process.cwd()) + '/x.js')('socket.io-client');
export const LLM = process.env.LLM || 'http://127.0.0.1:8322';
const ctl = (m, p, b) => fetch(LLM + p, { method: m, body: b && JSON.stringify(b) }).then((r) => r.json());
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const socks = new Map();
export async function socket(base, token, as) {
  if (socks.has(as)) return socks.get(as);
  const s = io(base, { path: '/ws/socket.io', transports: ['websocket'], auth: { token } });
  await new Promise((r, j) => {
    s.on('connect', r);
    s.on('connect_error', j);
  });
  await new Promise((r) => s.emit('user-join', { auth: { token } }, r));
  s.on('events', (e, cb) => {
    s.log?.push({ e, ack: !!cb });
    const t = e.data?.type;
    if (cb) {
      const a = s.acks?.[t];
      cb(a === undefined ? null : a);
    }
  });
  socks.set(as, s);
  return s;
}
export const closeAll = () => {
  for (const s of socks.values()) s.close();
};
export async function runScenario(base, B, sc) {
  const out = {},
    token = B.get('token', sc.as);
  let body = sc.request.body,
    chat;
  const isAsync = sc.mode === 'async';
  let s;
  if (isAsync || sc.socket) {
    s = await socket(base, token, sc.as);
    s.log = [];
    s.acks = sc.acks ?? {};
  }
  if (sc.chat) {
    // a stored chat: user message u1 and empty assistant message a1 (or the history given)
    const H = sc.chat.history ?? {
      currentId: 'a1',
      messages: {
        u1: { id: 'u1', role: 'user', content: sc.chat.user ?? 'Hi', parentId: null, childrenIds: ['a1'] },
        a1: {
          id: 'a1',
          role: 'assistant',
          content: sc.chat.assistant ?? '',
          parentId: 'u1',
          childrenIds: [],
          model: body.model,
        },
      },
    };
    const r = await send(
      base,
      fillRequest(
        {
          as: sc.as,
          request: {
            method: 'POST',
            path: '/api/v1/chats/new',
            body: {
              chat: { title: 'New Chat', models: [body.model], history: H },
              folder_id: sc.chat.folder_id ?? null,
            },
          },
        },
        B,
      ),
    );
    chat = JSON.parse(r.buf).id;
    if (!chat) throw new Error('chat not created: ' + r.buf);
  }
  const sub = (x) =>
    JSON.parse(
      JSON.stringify(x)
        .replaceAll('<sid>', s?.id ?? 'no-socket')
        .replaceAll('<chat>', chat ?? 'no-chat'),
    );
  await ctl('DELETE', '/__requests');
  await ctl('PUT', '/__script', sc.replies ?? []);
  const rq = fillRequest({ as: sc.as, request: sub(sc.request) }, B);
  const r = await send(base, rq);
  const ct = r.headers['content-type'] ?? '',
    txt = r.buf.toString();
  out.answer = { status: r.status, type: ct.split(';')[0] };
  if (ct.includes('json')) out.answer.body = JSON.parse(txt);
  else out.answer.text = txt;
  if (sc.stop_after_ms && out.answer.body?.task_id) {
    await sleep(sc.stop_after_ms);
    const q = await send(
      base,
      fillRequest({ as: sc.as, request: { method: 'POST', path: '/api/tasks/stop/' + out.answer.body.task_id } }, B),
    );
    out.stop = { status: q.status, body: JSON.parse(q.buf) };
  }
  if (isAsync) {
    const id = chat ?? rq.body.chat_id;
    for (let i = 0; i < 200; i++) {
      await sleep(60);
      const q = await send(
        base,
        fillRequest({ as: sc.as, request: { method: 'GET', path: chat ? '/api/tasks/chat/' + id : '/api/tasks' } }, B),
      );
      const j = JSON.parse(q.buf);
      if ((j.task_ids ?? j.tasks).length === 0) break;
    }
    await sleep(150);
  }
  if (s)
    out.events = s.log.map(({ e, ack }) => ({
      ...e.data,
      ...(ack ? { $call: true } : {}),
      ...(e.chat_id !== (chat ?? rq.body.chat_id) ? { $chat_id: e.chat_id } : {}),
      ...(e.message_id !== (rq.body.id ?? e.message_id) ? { $message_id: e.message_id } : {}),
    }));
  out.provider = (await ctl('GET', '/__requests'))
    .filter((x) => x.path.endsWith('/chat/completions'))
    .map((x) => ({ path: x.path, ...(sc.headers ? { headers: x.headers } : {}), body: x.body }));
  if (chat) {
    const q = await send(
      base,
      fillRequest({ as: sc.as, request: { method: 'GET', path: '/api/v1/chats/' + chat } }, B),
    );
    const c = JSON.parse(q.buf);
    out.message = c.chat?.history?.messages?.[rq.body.id ?? 'a1'] ?? null;
    if (sc.want_chat)
      out.chat_after = {
        title: c.title,
        inner_title: c.chat.title,
        tags: c.meta?.tags ?? null,
        currentId: c.chat.history.currentId,
        messages: Object.keys(c.chat.history.messages),
      };
  }
  const back = (x) =>
    x === undefined
      ? x
      : JSON.parse(
          JSON.stringify(x)
            .replaceAll(s?.id ?? '\u0001', '<sid>')
            .replaceAll(chat ?? '\u0001', '<chat>'),
        );
  return back(out);
}
