// records chat-flow-events.jsonl: node flow.mjs BASE FAKE_BASE [out]
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { Rec } from './rec.mjs';
const { io } = createRequire(process.env.SIO ?? process.cwd() + '/')('socket.io-client');
const [base, fake, out = 'flow.jsonl'] = process.argv.slice(2);
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const R = new Rec(base, 'flow');
const names = new Map();
const api = async (as, method, path, body) => {
  const r = await fetch(base + path, {
    method,
    headers: { ...(as ? { authorization: 'Bearer ' + R.tokens[as] } : {}), 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const t = await r.text();
  let b = t;
  try {
    b = JSON.parse(t);
  } catch {
    /* text */
  }
  return { status: r.status, body: b };
};
const log0 = console.log;
console.log = () => {};
await R.users(['user', 'other']);
console.log = log0;
await api('admin', 'POST', '/openai/config/update', {
  ENABLE_OPENAI_API: true,
  OPENAI_API_BASE_URLS: [fake + '/v1'],
  OPENAI_API_KEYS: ['sk-fake'],
  OPENAI_API_CONFIGS: {},
});
const models = (await api('admin', 'GET', '/api/models?refresh=true')).body.data;
for (const m of ['fake-small', 'fake-large'])
  await api('admin', 'POST', '/api/v1/models/create', {
    id: m,
    base_model_id: null,
    name: m,
    meta: {},
    params: {},
    access_control: null,
    is_active: true,
  });
const connect = (tok) =>
  new Promise((ok, no) => {
    const s = io(base, {
      path: '/ws/socket.io',
      transports: ['websocket'],
      auth: { token: tok },
      reconnection: false,
      forceNew: true,
    });
    s.log = [];
    s.onAny((ev, ...a) => s.log.push([ev, ...a]));
    s.on('connect', () => s.emit('user-join', { auth: { token: tok } }, () => ok(s)));
    s.on('connect_error', no);
  });
const A = await connect(R.tokens.user),
  B = await connect(R.tokens.user),
  O = await connect(R.tokens.other);
const uid = [...R.names].find(([, n]) => n === 'user')[0];
let n = 0;
const lines = [
  {
    format:
      "First line: this description. Then one scenario a line. setup: one OpenAI-compatible provider with the models fake-small and fake-large (both public to users); caller = plain user with socket <sid:A> (session_id) and a second tab B; another user's tab O. " +
      'Per scenario: chat_before (posted with POST /api/v1/chats/new, then POST /api/v1/chats/{id}, as the web client does), requests (POST /api/chat/completions bodies) with their answers, events = every `events` payload that tab A got, in order (B must get the same ones, O none), ' +
      'provider_requests = bodies the provider got, in order (with "aborted": true where the server closed the connection early), after = {title, meta, history, tasks} of the stored chat. script tells what the provider sends. Placeholders as in the other files; <sid:A> is the socket id, <dur> an integer of seconds. ' +
      'Event lists of scenarios marked "interleaved" are ordered per message_id only.',
  },
];
const msgs = (pairs, assistants, prompt, models) => {
  // user message u1 + empty assistants
  const messages = {};
  let prev = null;
  pairs.forEach((t, i) => {
    const id = `h${i + 1}`;
    messages[id] = {
      id,
      parentId: prev,
      childrenIds: [],
      role: i % 2 ? 'assistant' : 'user',
      content: t,
      timestamp: 1700000000 + i,
      ...(i % 2 ? { model: models[0], done: true } : { models }),
    };
    if (prev) messages[prev].childrenIds.push(id);
    prev = id;
  });
  messages.u1 = {
    id: 'u1',
    parentId: prev,
    childrenIds: [],
    role: 'user',
    content: prompt,
    timestamp: 1700000100,
    models,
  };
  if (prev) messages[prev].childrenIds.push('u1');
  const before = structuredClone(messages);
  assistants.forEach((id, i) => {
    messages[id] = {
      id,
      parentId: 'u1',
      childrenIds: [],
      role: 'assistant',
      content: '',
      model: models[i],
      modelName: models[i],
      modelIdx: i,
      timestamp: 1700000101,
    };
    messages.u1.childrenIds.push(id);
  });
  return [before, messages];
};
const path = (m, id) => {
  const l = [];
  for (let x = m[id]; x; x = m[x.parentId]) l.unshift(x);
  return l;
};
function norm(v) {
  // after Rec.norm
  const s = JSON.stringify(v)
    .replaceAll(A.id, '<sid:A>')
    .replaceAll(B.id, '<sid:B>')
    .replaceAll(fake, '<provider>')
    .replace(/(Thought for )\d+( seconds)/g, '$1<dur>$2')
    .replace(/(duration=\\")\d+(\\")/g, '$1<dur>$2')
    .replace(/chatcmpl-\d+/g, 'chatcmpl-<int>');
  return JSON.parse(s);
}
async function flow(title, o) {
  const models = o.models ?? ['fake-small'],
    ids = models.map((_, i) => (models.length > 1 ? `a${i + 1}` : 'a1'));
  const id = `flow-${String(++n).padStart(2, '0')}`;
  const [before, messages] = msgs(o.history ?? [], ids, o.prompt, models);
  await fetch(fake + '/__requests', { method: 'DELETE' });
  A.log.length = B.log.length = O.log.length = 0;
  let chat;
  const L = {
    id,
    title,
    script: o.script,
    ...(o.note ? { note: o.note } : {}),
    ...(o.defect ? { defect: true } : {}),
    ...(models.length > 1 ? { interleaved: true } : {}),
  };
  if (!o.local) {
    if (o.chat_id_of) {
      chat = (
        await api(o.chat_id_of, 'POST', '/api/v1/chats/new', {
          chat: { title: 'Theirs', history: { messages: {}, currentId: null } },
        })
      ).body;
      R.name(chat.id, 'foreign');
    } else {
      const c1 = {
        id: '',
        title: o.title ?? 'New Chat',
        models,
        params: {},
        history: { messages: before, currentId: 'u1' },
        messages: path(before, 'u1'),
        tags: [],
        timestamp: 1700000000000,
      };
      chat = (
        await api('user', 'POST', '/api/v1/chats/new', { chat: c1, ...(o.folder ? { folder_id: o.folder } : {}) })
      ).body;
      R.name(chat.id, 'chat' + n);
      const c2 = {
        models,
        history: { messages, currentId: ids.at(-1) },
        messages: path(messages, ids.at(-1)),
        params: {},
        files: [],
      };
      await api('user', 'POST', `/api/v1/chats/${chat.id}`, { chat: c2 });
      L.chat_before = R.norm(
        { new: { chat: c1, ...(o.folder ? { folder_id: o.folder } : {}) }, update: { chat: c2 } },
        '',
        null,
        false,
      );
    }
  }
  const chatId = o.local ? 'local:' + A.id : chat.id;
  L.requests = [];
  const reqs = models.map((model, i) => ({
    stream: o.stream ?? true,
    model,
    messages: [
      ...(o.system ? [{ role: 'system', content: o.system }] : []),
      ...path(before, 'u1').map(({ role, content }) => ({ role, content })),
    ],
    params: o.params ?? {},
    tool_servers: [],
    features: { image_generation: false, code_interpreter: false, web_search: false, memory: false },
    variables: { '{{USER_NAME}}': 'User' },
    model_item: models_item(model),
    session_id: A.id,
    chat_id: chatId,
    id: ids[i],
    parent_id: 'u1',
    ...(o.background ? { background_tasks: o.background } : {}),
    ...(o.usage ? { stream_options: { include_usage: true } } : {}),
    ...(o.extra ?? {}),
  }));
  const pend = reqs.map((b) => api('user', 'POST', '/api/chat/completions', b));
  const res = [];
  for (const p of pend) res.push(await p);
  reqs.forEach((b, i) => {
    if (res[i].body?.task_id) R.name(res[i].body.task_id, `task${n}${i ? i + 1 : ''}`);
    const c = structuredClone(b);
    c.model_item = '<model list entry>';
    L.requests.push({
      body: R.norm(c, '', null, false),
      response: { status: res[i].status, body: R.norm(res[i].body) },
    });
  });
  if (o.during) L.during = R.norm(await o.during(chatId, res));
  const quiet = o.quiet ?? 900;
  let last = -1,
    t0 = Date.now();
  while (Date.now() - t0 < 20000) {
    const c = A.log.length;
    if (c === last) break;
    last = c;
    await sleep(quiet);
  }
  L.events = A.log.map(([ev, d]) => (ev === 'events' ? R.norm(d) : [ev, R.norm(d)]));
  const same = JSON.stringify(A.log) === JSON.stringify(B.log);
  if (!same && !(o.models ?? []).includes('direct-1')) L.tab_b_differs = R.norm(B.log.map((x) => x[1]));
  if (O.log.length) L.leak = O.log;
  const pr = await (await fetch(fake + '/__requests')).json();
  L.provider_requests = pr
    .filter((x) => x.path === '/chat/completions')
    .map((x) => {
      const h = Object.fromEntries(
        Object.entries(x.headers).filter(([k]) =>
          /^(authorization|content-type|x-openwebui.*|http-referer|x-title|cookie|accept)$/.test(k),
        ),
      );
      return { headers: h, body: R.norm(x.body, '', null, true), ...(x.aborted ? { aborted: true } : {}) };
    });
  // long task prompts: only their head
  for (const p of L.provider_requests)
    for (const m of p.body.messages ?? [])
      if (typeof m.content === 'string' && m.content.startsWith('### Task'))
        m.content =
          '<built-in task prompt: ' +
          ({ titl: 'title', tags: 'tags', foll: 'follow-ups' }[
            /"(title|tags|follow_ups)"/.exec(m.content)?.[1].slice(0, 4)
          ] ?? '?') +
          '>';
  L.after = {};
  if (chat && !o.chat_id_of) {
    const c = (await api('user', 'GET', '/api/v1/chats/' + chat.id)).body;
    L.after = {
      title: c.title,
      'chat.title': c.chat.title,
      meta: c.meta.tags?.length > 1 ? { ...c.meta, tags: { $unordered: [...c.meta.tags].sort() } } : c.meta,
      history: R.norm(c.chat.history),
      messages_untouched: JSON.stringify(c.chat.messages) === JSON.stringify(path(messages, ids.at(-1))),
    };
  }
  L.after.tasks = (await api('user', 'GET', `/api/tasks/chat/${encodeURIComponent(chatId)}`)).body;
  L.after.all_tasks = (await api('user', 'GET', '/api/tasks')).body;
  if (models.length > 1) {
    L.events.sort((x, y) => (x.message_id < y.message_id ? -1 : x.message_id > y.message_id ? 1 : 0));
    L.provider_requests.sort((x, y) => (x.body.model > y.body.model ? -1 : 1));
    L.after.history.currentId = '<any>';
  }
  lines.push(norm(L));
  console.log('\n## ' + id, title);
  for (const e of lines.at(-1).events) console.log('  ', JSON.stringify(e).slice(0, o.show ?? 260));
  console.log(
    '  req',
    lines.at(-1).provider_requests.length,
    JSON.stringify(lines.at(-1).provider_requests[0])?.slice(0, 420),
  );
  console.log(
    '  after',
    JSON.stringify(lines.at(-1).after).slice(0, 900),
    L.during ? 'during ' + JSON.stringify(L.during) : '',
    L.requests.map((r) => JSON.stringify(r.response)).join(),
  );
  return lines.at(-1);
}
function models_item(id) {
  return models.find((m) => m.id === id);
}
const tasks = async (c, res) => ({
  tasks_of_chat: (await api('user', 'GET', `/api/tasks/chat/${encodeURIComponent(c)}`)).body,
  as_other: (await api('other', 'GET', `/api/tasks/chat/${encodeURIComponent(c)}`)).body,
  as_admin: (await api('admin', 'GET', `/api/tasks/chat/${encodeURIComponent(c)}`)).body,
  all_as_other: (await api('other', 'GET', '/api/tasks')).body,
});
await flow('plain streamed reply', {
  prompt: 'Hi there',
  script: 'a first chunk {role, content:""}, five content deltas, finish_reason stop, [DONE]',
});
await flow('streamed reply with history, system message, params and usage', {
  history: ['First', 'Answer one'],
  prompt: 'Second',
  usage: true,
  system: 'Be {{USER_NAME}}',
  params: {
    temperature: 0.3,
    stop: ['x'],
    custom_params: { top_k: '5' },
    function_calling: 'native',
    stream_delta_chunk_size: 2,
  },
  script: 'as before, then a chunk with choices [] and usage',
});
await flow('non-streamed reply through the task', { prompt: 'Hi there', stream: false, script: 'one JSON completion' });
await flow('reasoning_content deltas', {
  prompt: 'THINK please',
  script: 'two reasoning_content deltas ("Let me ", "think.\\nYes"), then content deltas',
});
await flow('<think> tags in the content', {
  prompt: 'TAGTHINK please',
  script: 'content deltas "<think>", "inner\\n", "thought", "</think>", "\\n", then as plain',
});
await flow('non-streamed reply with reasoning_content', {
  prompt: 'THINK please',
  stream: false,
  script: 'one JSON completion whose message has reasoning_content',
  note: 'reasoning is lost upstream',
});
await flow('empty stream', { prompt: 'EMPTY', script: 'no content delta' });
await flow('provider error before the stream, JSON body', {
  prompt: 'FAIL 429',
  script: 'status 429 {"error":{"message","type","code"}}',
});
await flow('provider error before the stream, JSON body, with background tasks asked for', {
  prompt: 'FAIL 500',
  background: { title_generation: true, tags_generation: true, follow_up_generation: true },
  script: 'status 500 {"error":{…}}',
});
await flow('provider error before the stream, text body', {
  prompt: 'PLAINFAIL 502',
  defect: true,
  note: 'nothing is told or stored upstream: end with an error',
  script: 'status 502 text/plain "plain trouble"',
});
await flow('provider error before the stream, JSON body without error', {
  prompt: 'DETAILFAIL 422',
  script: 'status 422 {"detail":"detail trouble"}',
  defect: true,
  note: 'nothing is told or stored upstream: end with an error',
});
await flow('provider error before the stream, error a text', {
  prompt: 'TEXTFAIL 400',
  script: 'status 400 {"error":"text trouble"}',
});
await flow('provider error, non-streamed', { prompt: 'FAIL 401', stream: false, script: 'status 401 {"error":{…}}' });
await flow('error object in the middle of the stream', {
  prompt: 'ERRCHUNK 3',
  defect: true,
  note: 'the error must be stored and the answer must not end as done without it',
  script: 'three deltas, then data: {"error":{…}}, [DONE]',
});
await flow('connection lost in the middle of the stream', {
  prompt: 'BREAK 3',
  defect: true,
  note: "the text so far must be stored too; the error text is the HTTP library's",
  script: 'three deltas, then the socket is closed',
});
await flow('stop in the middle', {
  prompt: 'STALL 3',
  script: 'three deltas, then silence for 3 s; stopped in it',
  quiet: 1500,
  during: async (c, res) => {
    await sleep(900);
    const t = await tasks(c);
    const stop = await api('user', 'POST', `/api/tasks/stop/${res[0].body.task_id}`);
    const again = await api('user', 'POST', `/api/tasks/stop/${res[0].body.task_id}`);
    return { ...t, stop, stop_again: again };
  },
});
await flow('stop by another user', {
  prompt: 'STALL 3',
  defect: true,
  note: 'only the owner or an admin may stop it',
  script: 'three deltas, then silence for 3 s; stopped in it',
  quiet: 1500,
  during: async (c, res) => {
    await sleep(900);
    return { stop_by_other: await api('other', 'POST', `/api/tasks/stop/${res[0].body.task_id}`) };
  },
});
await flow('title, tags and follow-ups', {
  prompt: 'About apples',
  background: { title_generation: true, tags_generation: true, follow_up_generation: true },
  script:
    'plain reply; to the title prompt: text + {"title":"🍎 Fruit Talk"}; tags: {"tags":["Food","Fresh Fruit","none"]}; follow-ups: fenced {"follow_ups":["Why?","How?"]}',
});
await flow('title_generation false: title = first user message', {
  prompt: 'About pears',
  background: { title_generation: false, tags_generation: false, follow_up_generation: false },
  defect: true,
  note: 'the chat:title event carries the answer, the stored title is the question: emit the stored title',
  script: 'plain reply',
});
await flow('title_generation false in a longer chat', {
  title: 'Kept',
  history: ['Q', 'A'],
  prompt: 'About plums',
  background: { title_generation: false },
  script: 'plain reply',
});
await flow('background tasks, non-streamed', {
  prompt: 'About figs',
  stream: false,
  background: { title_generation: true, tags_generation: true, follow_up_generation: true },
  script: 'as two above, not streamed',
});
await flow('two models answer at once', {
  prompt: 'Hello both',
  models: ['fake-small', 'fake-large'],
  script: 'plain replies',
  note: 'only the first request carries background_tasks in the web client; currentId ends at whichever answer was stored last',
});
await flow('temporary chat', {
  prompt: 'Secret',
  local: true,
  background: { title_generation: true, tags_generation: true, follow_up_generation: true },
  script: 'plain reply; task prompts as above',
  note: 'chat_id local:<socket id>; nothing stored; title null',
});
await flow('temporary chat, non-streamed', {
  prompt: 'Secret',
  local: true,
  stream: false,
  script: 'one JSON completion',
});
await flow('temporary chat, provider error', { prompt: 'FAIL 429', local: true, script: 'status 429' });
await flow('unknown model', { prompt: 'Hi', models: ['no-such-model'], script: 'not reached' });
await flow('stop before the provider answers', {
  prompt: 'FIRSTSLOW answer',
  script: 'nothing for 1.5 s',
  quiet: 2500,
  during: async (c, res) => {
    await sleep(400);
    return { ...(await tasks(c)), stop: await api('user', 'POST', `/api/tasks/stop/${res[0].body.task_id}`) };
  },
});
const folder = (
  await api('user', 'POST', '/api/v1/folders/', {
    name: 'Project',
    data: { system_prompt: 'Folder for {{USER_NAME}}', files: [] },
  })
).body;
R.name(folder.id, 'folder1');
await flow('chat in a folder with a system prompt', {
  prompt: 'Hi',
  folder: folder.id,
  system: 'Chat system',
  script: 'plain reply',
  note: 'folder data.system_prompt "Folder for {{USER_NAME}}"; it comes before the system message of the request',
});
await flow('foreign chat', {
  prompt: 'Hi',
  chat_id_of: 'other',
  script: 'not reached',
  note: 'status 400 with that text upstream; nothing is stored',
});
// direct connection: the browser (tab A) is the provider
const direct = (o) => ({
  ...o,
  extra: { model: 'direct-1', model_item: { id: 'direct-1', name: 'Direct', direct: true, urlIdx: 0 } },
  models: ['direct-1'],
});
let acts = [];
const clean = () => {
  A.removeAllListeners('events');
  const a = acts;
  acts = [];
  return a;
};
const serve = (fn) => {
  A.on('events', (d, ack) => {
    if (d?.data?.type === 'request:chat:completion') {
      acts.push(['call', R.norm(JSON.parse(JSON.stringify(d)))]);
      fn(d.data.data, ack);
    }
  });
};
serve(async (q, ack) => {
  ack({ status: true });
  const send = (x) => {
    acts.push(['emit', '<channel>', x]);
    A.emit(q.channel, x);
  };
  for (const t of ['Hi ', 'from ', 'browser']) {
    await sleep(30);
    send('data: ' + JSON.stringify({ id: 'd1', choices: [{ index: 0, delta: { content: t } }] }));
  }
  send('data: [DONE]');
  send({ done: true });
});
await flow(
  'direct connection, streamed',
  direct({
    prompt: 'Hello browser',
    script:
      'tab A acknowledges request:chat:completion with {status:true} and emits SSE lines on the channel, then {done:true}',
    during: async () => {
      await sleep(1200);
      return { acts: clean() };
    },
  }),
);
serve((q, ack) => ack({ id: 'd2', choices: [{ index: 0, message: { role: 'assistant', content: 'Whole' } }] }));
await flow(
  'direct connection, not streamed',
  direct({
    prompt: 'Hello browser',
    stream: false,
    script: 'tab A acknowledges with the completion',
    during: async () => {
      await sleep(500);
      return { acts: clean() };
    },
  }),
);
serve((q, ack) => ack({ error: { detail: 'browser trouble' } }));
await flow(
  'direct connection, not streamed, error',
  direct({
    prompt: 'Hello browser',
    stream: false,
    script: 'tab A acknowledges with {error:{detail}}',
    during: async () => {
      await sleep(500);
      return { acts: clean() };
    },
  }),
);
serve((q, ack) => ack('no such thing'));
await flow(
  'direct connection, streamed, refused',
  direct({
    prompt: 'Hello browser',
    script: 'tab A acknowledges with a text',
    during: async () => {
      await sleep(500);
      return { acts: clean() };
    },
  }),
);
// continue: assistant has content already
{
  const L0 = lines.length;
  n++;
  const id = `flow-${String(n).padStart(2, '0')}`;
  A.log.length = B.log.length = O.log.length = 0;
  await fetch(fake + '/__requests', { method: 'DELETE' });
  const [before, messages] = msgs([], ['a1'], 'Tell me', ['fake-small']);
  messages.a1.content = 'Once upon';
  messages.a1.done = true;
  const c1 = {
    id: '',
    title: 'New Chat',
    models: ['fake-small'],
    params: {},
    history: { messages, currentId: 'a1' },
    messages: path(messages, 'a1'),
    tags: [],
    timestamp: 1700000000000,
  };
  const chat = (await api('user', 'POST', '/api/v1/chats/new', { chat: c1 })).body;
  R.name(chat.id, 'chat' + n);
  const body = {
    stream: true,
    model: 'fake-small',
    messages: path(messages, 'a1').map(({ role, content }) => ({ role, content })),
    params: {},
    session_id: A.id,
    chat_id: chat.id,
    id: 'a1',
    parent_id: 'u1',
  };
  const r = await api('user', 'POST', '/api/chat/completions', body);
  R.name(r.body.task_id, 'task' + n);
  await sleep(1500);
  const pr = await (await fetch(fake + '/__requests')).json();
  const c = (await api('user', 'GET', '/api/v1/chats/' + chat.id)).body;
  lines.push(
    norm({
      id,
      title: 'continue an answer: the stored content is kept as the start',
      script: 'plain reply',
      chat_before: { new: { chat: c1 } },
      requests: [{ body: R.norm(body, '', null, false), response: { status: r.status, body: R.norm(r.body) } }],
      events: A.log.map(([, d]) => R.norm(d)),
      provider_requests: pr.filter((x) => x.path === '/chat/completions').map((x) => ({ body: R.norm(x.body) })),
      after: { title: c.title, history: R.norm(c.chat.history) },
    }),
  );
  console.log('\n## ' + id, lines.at(-1).title);
  for (const e of lines.at(-1).events) console.log('  ', JSON.stringify(e).slice(0, 260));
  console.log('  after', JSON.stringify(lines.at(-1).after).slice(0, 600));
}
fs.writeFileSync(out, lines.map((l) => JSON.stringify(l)).join('\n') + '\n');
console.log(out, lines.length - 1, 'scenarios');
A.close();
B.close();
O.close();
process.exit(0);
