import type { JsonObject } from '../../src/common/util/json';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createChat, storedMessages, wholeReply, type TestChat } from '../support/chat';
import { completion, failure, lastText, textStream } from '../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import { connectSocket, type TestSocket } from '../support/socket';

const SUMMARY = 'The user collects stamps.';

let app: TestApp;
let provider: FakeOpenAiServer;
let user: TestUser;
let tab: TestSocket;
let chat: TestChat;

beforeAll(async () => {
  provider = await FakeOpenAiServer.start();
  app = await startTestApp({
    OPENAI_API_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-fake',
    BYPASS_MODEL_ACCESS_CONTROL: 'True',
    CONTEXT_STRATEGY: 'truncate',
    CONTEXT_LIMIT: '1000',
    CONTEXT_REPLY_TOKENS: '100',
  });
  user = await asUser(app);
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(async () => {
  provider.reset();
  provider.onChat = (request) =>
    isSummary(request.body) ? { json: completion({ content: SUMMARY }) } : { sse: textStream('Yes') };
  tab = await connectSocket(app.url, user.token);
  chat = await createChat(user, 'Hi');
});
afterEach(() => tab.close());

const isSummary = (body: JsonObject | undefined) => body?.stream === false;
const sent = (wantsSummaries = false) =>
  provider
    .received('/chat/completions')
    .filter(({ body }) => isSummary(body) === wantsSummaries)
    .map(({ body }) => body!.messages as { role: string; content: string }[]);

/** Questions and replies of some 100 tokens each. */
const exchanges = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    ['user', 'assistant'].map((role) => ({ role, content: `${role} ${index} ${'word '.repeat(70)}` })),
  ).flat();
const SYSTEM = { role: 'system', content: 'Be brief' };
const conversation = (count: number) => [SYSTEM, ...exchanges(count), { role: 'user', content: 'Now?' }];
const ask = (count: number, more: JsonObject = {}) =>
  wholeReply(user, tab, chat, 'Now?', { messages: conversation(count), ...more });
const statuses = (events: { type: string; data?: unknown }[]) =>
  events.filter(({ type }) => type === 'status').map(({ data }) => data);
const SUMMARIZE = { params: { context_strategy: 'summarize' } };

it('leaves short conversations alone', async () => {
  expect(statuses(await ask(3))).toEqual([]);
  expect(sent()).toEqual([conversation(3)]);
});

it('leaves the oldest exchanges out, never the system prompt, and says so', async () => {
  const events = await ask(20);
  const left = {
    action: 'context_truncated',
    count: 16,
    done: true,
    description: expect.stringMatching(/^16 earlier/),
  };
  expect(statuses(events)).toEqual([left]);
  expect(sent()).toEqual([[SYSTEM, ...exchanges(20).slice(32), { role: 'user', content: 'Now?' }]]);
  expect((await storedMessages(user, chat.id)).a1).toMatchObject({ content: 'Yes', statusHistory: [left] });
});

it('is chosen by the chat, and not sent to the provider', async () => {
  const events = await ask(20, { params: { context_strategy: 'off', temperature: 1 } });
  expect(statuses(events)).toEqual([]);
  expect(provider.lastRequest?.body).toEqual({
    ...{ model: 'fake-small', stream: true, temperature: 1, messages: conversation(20) },
  });
});

it('summarizes once for several turns of a branch', async () => {
  const events = await ask(20, SUMMARIZE);
  expect(statuses(events)).toMatchObject([
    { action: 'context_summary', done: false },
    { action: 'context_summary', done: true, count: 19 },
  ]);
  const system = { role: 'system', content: `Be brief\n\nSummary of the earlier conversation:\n${SUMMARY}` };
  expect(sent()[0]?.slice(0, 2)).toEqual([system, exchanges(20)[38]]);
  expect(lastTextOf(sent(true)[0])).toMatch(/^Conversation:\nUSER: user 0 word[^]*ASSISTANT: assistant 18 /);
  expect((await storedMessages(user, chat.id)).a1.contextSummary).toMatchObject({ text: SUMMARY });

  const next = { id: 'a2', parent_id: 'a1', messages: conversation(21), ...SUMMARIZE };
  tab.received.length = 0;
  const later = await wholeReply(user, tab, chat, 'Now?', next);
  expect(statuses(later)).toMatchObject([{ action: 'context_summary', done: true, count: 19 }]);
  expect([sent(true).length, sent()[1]?.[0]]).toEqual([1, system]);

  tab.received.length = 0;
  await wholeReply(user, tab, chat, 'Now?', { id: 'a3', parent_id: 'a2', messages: conversation(40), ...SUMMARIZE });
  expect(sent(true)).toHaveLength(2);
  expect(lastTextOf(sent(true)[1])).toMatch(
    /^Earlier notes:\nThe user collects stamps\.\n\nConversation:\nUSER: user 19 /,
  );

  const changed = conversation(20).map((message) => ({ ...message, content: `other ${message.content}` }));
  tab.received.length = 0;
  await wholeReply(user, tab, chat, 'Now?', { id: 'a4', parent_id: 'a1', messages: changed, ...SUMMARIZE });
  expect(lastTextOf(sent(true)[2])).toMatch(/^Conversation:\nUSER: other user 0 /);
});

it('leaves exchanges out when the summary fails', async () => {
  provider.onChat = ({ body }) => (isSummary(body) ? failure(500, 'no') : { sse: textStream('Yes') });
  const events = await ask(20, SUMMARIZE);
  expect(statuses(events)).toMatchObject([{ action: 'context_summary' }, { action: 'context_truncated', count: 16 }]);
  expect((await storedMessages(user, chat.id)).a1).toMatchObject({ content: 'Yes', done: true });
});

const lastTextOf = (messages: JsonObject[] | undefined) => lastText({ body: { messages } } as never, 'user');
