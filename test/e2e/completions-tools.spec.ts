import type { JsonObject } from '../../src/common/util/json';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import {
  createChat,
  isDone,
  onQuestion,
  requestReply,
  storedMessages,
  waitForEvent,
  wholeReply,
  type TestChat,
} from '../support/chat';
import { completion, textStream, toolCallStream, usage } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { connectSocket, type TestSocket } from '../support/socket';

let app: TestApp;
let provider: FakeOpenAiServer;
let admin: TestUser;
let user: TestUser;
let tab: TestSocket;
let chat: TestChat;

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    BYPASS_MODEL_ACCESS_CONTROL: 'True',
    USER_PERMISSIONS_FEATURES_DIRECT_TOOL_SERVERS: 'True',
    CHAT_RESPONSE_MAX_TOOL_CALL_RETRIES: '3',
  });
  admin = await asUser(app, 'admin');
  user = await asUser(app);
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(async () => {
  provider.reset();
  tab = await connectSocket(app.url, user.token);
  chat = await createChat(user, 'Hi');
});
afterEach(() => tab.close());

/** The model's responses, one for each turn; the last one again and again. */
function turns(...responses: (string[] | JsonObject)[]): void {
  let turn = 0;
  provider.onChat = () => {
    const response = responses[Math.min(turn++, responses.length - 1)]!;
    return Array.isArray(response) ? { sse: response } : { json: response };
  };
}

const reply = (prompt: string, more: JsonObject = {}) => wholeReply(user, tab, chat, prompt, more);

const sent = () => provider.requests.filter(({ path }) => path === '/chat/completions').map(({ body }) => body!);
const messagesOf = (body: JsonObject | undefined) => body?.messages as JsonObject[];
const shown = (events: { type: string; data?: JsonObject }[]) =>
  events.filter(({ data }) => typeof data?.content === 'string').map(({ data }) => data!.content);

const NATIVE = { params: { function_calling: 'native' } };
const SERVER = {
  url: 'http://tools.example',
  info: { title: 'Srv' },
  specs: [
    { name: 'lookup', description: 'Looks up', parameters: { type: 'object', properties: { q: { type: 'string' } } } },
    { name: 'fails', parameters: { type: 'object', properties: {} } },
  ],
};
const DIRECT = { tool_servers: [SERVER] };
const offered = SERVER.specs.map((spec) => ({ type: 'function', function: spec }));
const called = (name: string, args: string, result: string) =>
  `<details type="tool_calls" done="true" id="call_1" name="${name}" arguments="&quot;${args}&quot;" ` +
  `result="&quot;${result}&quot;" files="" embeds="&quot;&quot;">\n<summary>Tool Executed</summary>\n</details>`;

describe('tools of the browser', () => {
  it('are called by the model, and run by the socket of the request', async () => {
    turns(toolCallStream('lookup', '{"q":"x","z":1}'), textStream('It is 3'));
    onQuestion(tab, () => [{ hits: 3 }, null]);
    const events = await reply('Hi', { ...NATIVE, ...DIRECT });
    const { specs: _, ...server } = SERVER;
    expect(events.find(({ type }) => type === 'execute:tool')).toEqual({
      type: 'execute:tool',
      data: { id: expect.any(String), name: 'lookup', params: { q: 'x' }, server, session_id: tab.id },
    });
    const done = called(
      'lookup',
      '{\\&quot;q\\&quot;: \\&quot;x\\&quot;, \\&quot;z\\&quot;: 1}',
      '{\\n  \\&quot;hits\\&quot;: 3\\n}',
    );
    expect(shown(events).slice(1)).toEqual([done, `${done}\nIt is 3`, `${done}\nIt is 3`]);
    expect((await storedMessages(user, chat.id)).a1).toMatchObject({ content: `${done}\nIt is 3`, done: true });
    const [first, second] = sent();
    expect(first).toMatchObject({ tools: offered });
    expect(messagesOf(second).slice(1)).toEqual([
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { index: 0, id: 'call_1', type: 'function', function: { name: 'lookup', arguments: '{"q": "x", "z": 1}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '{\n  "hits": 3\n}' },
    ]);
  });

  it('show pages that they return', async () => {
    turns(toolCallStream('lookup', '{}'), textStream('Shown'));
    onQuestion(tab, () => ['<p>', { 'content-disposition': 'inline', 'content-type': 'text/html' }]);
    const { content } = (await reply('Hi', { ...NATIVE, ...DIRECT })).at(-1)!.data;
    expect(content).toContain('embeds="[&quot;&lt;p&gt;&quot;]"');
    expect(messagesOf(sent()[1]).at(-1)!.content).toContain('Embedded UI result is active');
  });

  it('are selected by another generation when the model does not call them', async () => {
    turns(completion({ content: 'I choose {"name":"lookup","parameters":{"q":"x","z":1}} ok' }), textStream('Done'));
    onQuestion(tab, () => [{ hits: 3 }, null]);
    const events = await reply('Hi', DIRECT);
    const source = {
      source: { name: 'lookup' },
      document: ['{\n  "hits": 3\n}'],
      metadata: [{ source: 'lookup', parameters: { q: 'x' } }],
      tool_result: true,
    };
    expect(events.map(({ type, data }) => data?.sources ?? type).slice(0, 2)).toEqual(['execute:tool', [source]]);
    expect((await storedMessages(user, chat.id)).a1).toMatchObject({ content: 'Done', sources: [source] });
    const [selection, answer] = sent();
    expect(selection).toMatchObject({
      stream: false,
      messages: [{ role: 'system' }, { role: 'user', content: 'Query: Hi' }],
    });
    expect(messagesOf(selection)[0]!.content).toContain('{"name": "lookup", "description": "Looks up", "parameters": ');
    expect(answer).not.toHaveProperty('tools');
    expect(messagesOf(answer)[0]!.content).toContain('<source id="1" name="lookup">{\n  "hits": 3\n}</source>');
  });

  it('are asked about with the last messages', async () => {
    turns(completion({ content: 'none' }), completion({ content: 'ok' }));
    const messages = ['system', 'user', 'assistant', 'user', 'assistant', 'user'].map((role, index) => ({
      role,
      content: `m${index}`,
    }));
    await user.api.post('/api/chat/completions', { model: 'fake-small', session_id: tab.id, messages, ...DIRECT });
    expect(messagesOf(sent()[0])[1]!.content).toBe(
      'History:\nUSER: """m1"""\nASSISTANT: """m2"""\nUSER: """m3"""\nASSISTANT: """m4"""\nQuery: m5',
    );
  });

  it('are not offered without the permission, and not without a socket', async () => {
    turns(textStream('ok'), completion({ content: 'ok' }));
    await user.api.post('/api/chat/completions', { model: 'fake-small', messages: [], ...NATIVE, ...DIRECT });
    const rule = '/api/v1/users/default/permissions';
    const { body: before } = await admin.api.get(rule);
    await admin.api.post(rule, { ...before, features: { ...before.features, direct_tool_servers: false } });
    await reply('Hi', { ...NATIVE, ...DIRECT });
    await admin.api.post(rule, before);
    expect(sent().map(({ tools }) => tools)).toEqual([undefined, undefined]);
  });

  it('return what went wrong', async () => {
    turns(toolCallStream('fails', ''), textStream('Sorry'));
    onQuestion(tab, () => ({ error: 'Tool Server Not Found' }));
    await reply('Hi', { ...NATIVE, ...DIRECT });
    expect(messagesOf(sent()[1]).at(-1)!.content).toBe('{\n  "error": "Tool Server Not Found"\n}');
  });

  it('end with the socket that was asked', async () => {
    turns(toolCallStream('lookup', '{}'), textStream('Sorry'));
    onQuestion(tab, () => tab.close());
    const watcher = await connectSocket(app.url, user.token);
    await requestReply(user, tab, chat, 'Hi', { ...NATIVE, ...DIRECT });
    await waitForEvent(watcher, isDone);
    expect(messagesOf(sent()[1]).at(-1)!.content).toBe('The browser is no longer connected');
    watcher.close();
  });

  it('are called in a limited number of turns', async () => {
    turns(toolCallStream('lookup', '{}'));
    onQuestion(tab, () => [1, null]);
    await reply('Hi', { ...NATIVE, ...DIRECT });
    expect(sent()).toHaveLength(4);
  });
});

describe('tools in plain requests', () => {
  const ask = (more: JsonObject = {}) =>
    user.api.post('/api/chat/completions', {
      ...{ model: 'fake-small', session_id: tab.id, messages: [{ role: 'user', content: 'Hi' }] },
      ...{ ...NATIVE, ...DIRECT, ...more },
    });
  const call = (name: string) => ({ id: 'call_1', type: 'function', function: { name, arguments: '{"q":"x"}' } });

  it('run within one response', async () => {
    turns(
      completion({ content: 'Let me see. ', tool_calls: [call('lookup')] }, 'tool_calls'),
      completion({ content: 'It is 3' }),
    );
    onQuestion(tab, () => [{ hits: 3 }, null]);
    const { status, body } = await ask();
    expect([status, body]).toEqual([200, { ...completion({ content: 'Let me see. \n\nIt is 3' }), usage }]);
    expect(messagesOf(sent()[1]).at(-1)).toMatchObject({ role: 'tool', content: '{\n  "hits": 3\n}' });
  });

  it('run within one stream', async () => {
    turns(toolCallStream('lookup', '{"q":"x"}'), textStream('It is 3'));
    onQuestion(tab, () => [{ hits: 3 }, null]);
    const { body } = await ask({ stream: true });
    expect(body).toBe(textStream('It is 3').join(''));
  });

  it('leave calls of the client to the client', async () => {
    const own = { type: 'function', function: { name: 'own', parameters: {} } };
    turns(toolCallStream('own', '{}'));
    const { body } = await ask({ stream: true, tools: [own] });
    expect(body).toBe(toolCallStream('own', '{}').join(''));
    expect(sent()).toHaveLength(1);
    expect(sent()[0]!.tools).toEqual([own, ...offered]);
  });

  it('pass on the failure of a later turn', async () => {
    let turn = 0;
    provider.onChat = () =>
      turn++ === 0
        ? { json: completion({ content: null, tool_calls: [call('lookup')] }) }
        : { status: 429, json: { error: { message: 'slow down' } } };
    onQuestion(tab, () => [1, null]);
    const { status, body } = await ask();
    expect([status, body]).toMatchObject([429, { error: { message: 'slow down' } }]);
  });
});

describe('the code interpreter', () => {
  const CODE = [
    'Run: ',
    '<code_interpreter type="code" lang="python">\n',
    'print(1)\n',
    '</code_interpreter>',
    'ignored',
  ];
  const FEATURE = { features: { code_interpreter: true } };

  it('runs code in the browser, and the model writes on', async () => {
    turns(textStream(...CODE), textStream('It printed 1'));
    onQuestion(tab, () => ({ stdout: '1\n', stderr: null, result: null }));
    const events = await reply('Hi', FEATURE);
    expect(events.find(({ type }) => type === 'execute:python')).toEqual({
      type: 'execute:python',
      data: { id: expect.any(String), code: 'print(1)', session_id: tab.id },
    });
    const block = (state: string, summary: string) =>
      `Run:\n<details type="code_interpreter" ${state}>\n<summary>${summary}</summary>\n\`\`\`python\nprint(1)\n\`\`\`\n</details>`;
    const done = block(
      'done="true" output="{&quot;stdout&quot;: &quot;1\\n&quot;, &quot;stderr&quot;: null, &quot;result&quot;: null}"',
      'Analyzed',
    );
    expect(shown(events).slice(3)).toEqual([
      block('done="false"', 'Analyzing...'),
      done,
      `${done}\nIt printed 1`,
      `${done}\nIt printed 1`,
    ]);
    expect(messagesOf(sent()[0])[0]!.content).toMatch(/^Hi\n[\s\S]*<code_interpreter type="code" lang="python">/);
    expect(messagesOf(sent()[1]).at(-1)).toEqual({
      role: 'assistant',
      content:
        'Run:\n<code_interpreter type="code" lang="python">\nprint(1)\n</code_interpreter>\n' +
        '```output\n{"stdout": "1\\n", "stderr": null, "result": null}\n```',
    });
  });

  it('stores pictures as files of the user', async () => {
    turns(textStream(...CODE), textStream('Look'));
    onQuestion(tab, () => ({ stdout: 'a\ndata:image/png;base64,iVBORw0KGgo=\nb', stderr: '', result: '' }));
    const { content } = (await reply('Hi', FEATURE)).at(-1)!.data;
    const [, url] = /!\[Output Image\]\((\/api\/v1\/files\/[\w-]+\/content)\)/.exec(content as string) ?? [];
    const file = await fetch(`${app.url}${url}`, { headers: { Authorization: `Bearer ${user.token}` } });
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/png']);
    const other = await asUser(app);
    expect((await other.api.get(url!)).status).toBe(404);
  });

  it('stores files that the code wrote, and links them from its result', async () => {
    turns(textStream(...CODE), textStream('Look'));
    const files = [{ name: 'out/a](b).csv', content: 'MTsy' }, { name: 'p.png', content: 'iVBORw0KGgo=' }, 'odd'];
    onQuestion(tab, () => ({ stdout: '', stderr: '', result: '42', files }));
    await reply('Hi', FEATURE);
    const text = messagesOf(sent()[1]).at(-1)!.content as string;
    const output = JSON.parse(/```output\n(.*)\n```/.exec(text)![1]!) as { result: string };
    const [, url] = /^42\n\[a__b_\.csv\]\((\/api\/v1\/files\/[\w-]+\/content)\)\n!\[p\.png\]/.exec(output.result) ?? [];
    expect(Object.keys(output)).toEqual(['stdout', 'stderr', 'result']);
    expect((await user.api.get(url!)).body).toBe('1;2');
  });

  it('is text without the feature, the permission or the switch', async () => {
    const asText = async (more: JsonObject) => {
      chat = await createChat(user, 'Hi');
      turns(textStream(...CODE));
      const events = await reply('Hi', more);
      expect(shown(events).at(-1)).toMatch(/<code_interpreter type="code" lang="python">[^]*ignored$/);
      expect(events.some(({ type }) => type === 'execute:python')).toBe(false);
      tab.received.length = 0;
    };
    await asText({});
    const rule = '/api/v1/users/default/permissions';
    const { body: before } = await admin.api.get(rule);
    await admin.api.post(rule, { ...before, features: { ...before.features, code_interpreter: false } });
    await asText(FEATURE);
    await admin.api.post(rule, before);
    const page = '/api/v1/configs/code_execution';
    const { body: settings } = await admin.api.get(page);
    await admin.api.post(page, { ...settings, ENABLE_CODE_INTERPRETER: false });
    await asText(FEATURE);
    await admin.api.post(page, settings);
  });

  it('survives a browser that does not know how', async () => {
    turns(textStream(...CODE), textStream('End'));
    onQuestion(tab, () => null);
    expect((await reply('Hi', FEATURE)).at(-1)!.data.content).toMatch(/done="true" output="null"[\s\S]*End$/);
  });

  it('contributes its output to a plain stream', async () => {
    turns(textStream(...CODE), textStream('End'));
    onQuestion(tab, () => ({ stdout: '1' }));
    const { body } = await user.api.post('/api/chat/completions', {
      ...{ model: 'fake-small', session_id: tab.id, stream: true, messages: [{ role: 'user', content: 'Hi' }] },
      ...FEATURE,
    });
    const texts = [...(body as string).matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)].map(
      ([, text]) => JSON.parse(`"${text}"`) as string,
    );
    expect(texts.join('')).toBe(`${CODE.slice(0, 4).join('')}\n\`\`\`output\n{"stdout": "1"}\n\`\`\`\nEnd`);
    expect(body).toMatch(/\[DONE\]\n\n$/);
  });
});

const LOCAL = `class Tools {
  add(a, b) { return 'sum=' + (a + b) }
  boom() { throw new Error('kaput') }
  async show(__user__, __event_emitter__, __event_call__, __messages__, __metadata__) {
    await __event_emitter__({ type: 'status', data: { description: 'looking', done: false } });
    await __event_emitter__({ type: 'citation', data: { source: { name: 'S' }, document: ['d'], metadata: [{ source: 'S' }] } });
    const ok = await __event_call__({ type: 'confirmation', data: { title: 'Sure?' } });
    await __event_emitter__({ type: 'message', data: { content: 'Said by the tool. ' } });
    return { user: __user__.name, ok, n: __messages__.length, chat: __metadata__.chat_id };
  }
  page() { return new Response('<b>', { headers: { 'content-type': 'text/html', 'content-disposition': 'inline' } }) }
  run(__event_call__) { return __event_call__({ type: 'execute', data: { code: 'alert(1)' } }) }
}`;

describe('local tools', () => {
  /** A tool of its owner, shared with all users unless it is private. */
  async function addTool(id: string, { owner = admin, isShared = true, content = LOCAL } = {}): Promise<void> {
    const access_control = isShared ? null : {};
    const tool = { id, name: id, content, meta: { description: '' }, access_control };
    expect((await owner.api.post('/api/v1/tools/create', tool)).status).toBe(200);
    created.push([owner, id]);
  }
  const created: [TestUser, string][] = [];
  afterEach(async () => {
    for (const [owner, id] of created.splice(0)) await owner.api.delete(`/api/v1/tools/id/${id}/delete`);
  });
  const LOCAL_TOOLS = { ...NATIVE, tool_ids: ['calc'] };

  it('emit events and ask the socket between the call and its result', async () => {
    await addTool('calc');
    turns(toolCallStream('show', '{}'), textStream('End'));
    onQuestion(tab, () => true);
    const events = await reply('Hi', LOCAL_TOOLS);
    expect(events.map(({ type, data }) => (type === 'chat:completion' ? Object.keys(data)[0] : type))).toEqual([
      ...['id', 'id', 'id', 'id', 'content', 'status', 'citation', 'confirmation', 'message', 'content'],
      ...['id', 'content', 'id', 'done'],
    ]);
    const stored = (await storedMessages(user, chat.id)).a1;
    expect(stored).toMatchObject({
      statusHistory: [{ description: 'looking', done: false }],
      sources: [{ source: { name: 'S' } }],
      content: expect.stringMatching(/<\/details>\nSaid by the tool\. End$/),
    });
    expect(messagesOf(sent()[1]).find(({ role }) => role === 'tool')).toMatchObject({
      content: JSON.stringify({ user: user.name, ok: true, n: 1, chat: chat.id }, null, 2),
    });
  });

  it('work in plain requests without a socket', async () => {
    await addTool('calc');
    turns(toolCallStream('add', "{'a': 1, 'b': 2}"), textStream('3'));
    const plain = { model: 'fake-small', messages: [{ role: 'user', content: 'Hi' }], ...LOCAL_TOOLS };
    const { body } = await user.api.post('/api/chat/completions', { ...plain, stream: true });
    expect(body).toBe(textStream('3').join(''));
    expect(messagesOf(sent()[1]).at(-1)!.content).toBe('sum=3');
    turns(completion({ content: '{"name":"show","parameters":{}}' }), completion({ content: 'Oh' }));
    const { body: selected } = await user.api.post('/api/chat/completions', { ...plain, params: {} });
    expect(selected.sources).toMatchObject([
      { source: { name: 'calc/show' }, document: ['There is no browser to ask: the request names no socket'] },
    ]);
  });

  it('of other users are offered to those who may read them alone', async () => {
    const other = await asUser(app, 'admin');
    await addTool('calc', { owner: other, isShared: false });
    turns(textStream('ok'));
    await reply('Hi', { ...NATIVE, tool_ids: ['calc', 'unknown', 'server:nope', '../x'] });
    expect(sent()[0]).not.toHaveProperty('tools');
  });

  it('may not run code in the browser of another user', async () => {
    const rule = '/api/v1/users/default/permissions';
    const { body: before } = await admin.api.get(rule);
    await admin.api.post(rule, {
      ...before,
      workspace: { ...before.workspace, tools: true },
      sharing: { ...before.sharing, public_tools: true },
    });
    const writer = await asUser(app);
    await addTool('calc', { owner: writer });
    await admin.api.post(rule, before);
    turns(toolCallStream('run', '{}'), textStream('End'));
    onQuestion(tab, () => 'ran');
    expect((await reply('Hi', LOCAL_TOOLS)).some(({ type }) => type === 'execute')).toBe(false);
    expect(messagesOf(sent()[1]).at(-1)!.content).toBe('Only tools of administrators may run code in the browser');
  });

  it('have unique names, and give pages and failures as results', async () => {
    await addTool('calc');
    await addTool('more', { content: 'class Tools { add() { return "more" } page() { return "text" } }' });
    const first = toolCallStream('more_add', '{}');
    turns(first, toolCallStream('boom', '{}'), toolCallStream('page', '{}'), textStream('End'));
    const { content } = (await reply('Hi', { ...NATIVE, tool_ids: ['calc', 'more'] })).at(-1)!.data;
    const names = (sent()[0]!.tools as { function: { name: string } }[]).map((tool) => tool.function.name);
    expect(names).toEqual(['add', 'boom', 'page', 'run', 'show', 'more_add', 'more_page']);
    const results = messagesOf(sent()[3]).filter(({ role }) => role === 'tool');
    expect(results.map((result) => result.content)).toEqual(['more', 'kaput', expect.stringContaining('ui_component')]);
    expect(content).toContain('embeds="[&quot;&lt;b&gt;&quot;]"');
  });
});
