import type { JsonObject } from '../../src/common/util/json';
import type { TestUser } from './as-user';
import type { Answer, Json } from './http';
import { connectSocket, type TestSocket } from './socket';

/** A chat as the web client stores it before it asks for a reply: user message `u1`, empty reply `a1`. */
export interface TestChat {
  id: string;
  /** The client's whole `chat` object, as last saved. */
  stored: JsonObject & { history: { messages: Record<string, JsonObject>; currentId: string } };
}

export async function createChat(user: TestUser, prompt: string, reply: JsonObject = {}): Promise<TestChat> {
  const stored = {
    title: 'New Chat',
    models: ['fake-small'],
    history: {
      messages: {
        u1: { id: 'u1', parentId: null, childrenIds: ['a1'], role: 'user', content: prompt, timestamp: 1_700_000_000 },
        a1: {
          id: 'a1',
          parentId: 'u1',
          childrenIds: [],
          role: 'assistant',
          content: '',
          model: 'fake-small',
          ...reply,
        },
      },
      currentId: 'a1',
    },
  };
  const { status, body } = await user.api.post('/api/v1/chats/new', { chat: stored });
  if (status !== 200) throw new Error(`Chat not created: ${JSON.stringify(body)}`);
  return { id: body.id as string, stored };
}

/** The stored messages of a chat, by id. */
export async function storedMessages(user: TestUser, chatId: string): Promise<Record<string, Json>> {
  const { body } = await user.api.get(`/api/v1/chats/${chatId}`);
  return body.chat.history.messages;
}

/** Asks for the reply `a1` of a chat over the socket; resolves with the answer of the request. */
export function requestReply(
  user: TestUser,
  socket: Pick<TestSocket, 'id'>,
  chat: Pick<TestChat, 'id'>,
  prompt: string,
  more: JsonObject = {},
): Promise<Answer> {
  return user.api.post('/api/chat/completions', {
    model: 'fake-small',
    stream: true,
    messages: [{ role: 'user', content: prompt }],
    session_id: socket.id,
    chat_id: chat.id,
    id: 'a1',
    parent_id: 'u1',
    ...more,
  });
}

export interface ChatEvent {
  chat_id: string;
  message_id: string;
  data: { type: string; data?: Json };
}

/** `{type, data}` of every chat event that the socket got so far. */
export function chatEvents(socket: TestSocket): { type: string; data?: Json }[] {
  return socket.received.filter(([name]) => name === 'events').map(([, payload]) => (payload as ChatEvent).data);
}

/** Resolves with the first chat event for which `isWanted` holds. */
export const waitForEvent = (socket: TestSocket, isWanted: (event: ChatEvent['data']) => boolean): Promise<ChatEvent> =>
  socket.waitFor((name, payload: ChatEvent) => name === 'events' && isWanted(payload.data));

export const isDone = ({ type, data }: ChatEvent['data']): boolean => type === 'chat:completion' && Boolean(data?.done);
export const isCancel = ({ type }: ChatEvent['data']): boolean => type === 'chat:tasks:cancel';

/** Resolves when no reply of the chat runs any more. */
export async function untilIdle(user: TestUser, chatId: string): Promise<void> {
  for (;;) {
    const { body } = await user.api.get(`/api/tasks/chat/${encodeURIComponent(chatId)}`);
    if (body.task_ids.length === 0) return;
  }
}

/** Asks for the reply `a1`; resolves with all chat events of the socket when the reply has ended. */
export async function wholeReply(
  user: TestUser,
  socket: TestSocket,
  chat: Pick<TestChat, 'id'>,
  prompt: string,
  more: JsonObject = {},
): Promise<{ type: string; data?: Json }[]> {
  const { status, body } = await requestReply(user, socket, chat, prompt, more);
  expect([status, body]).toEqual([200, { status: true, task_id: expect.any(String) }]);
  await waitForEvent(socket, (data) => isDone(data) || isCancel(data));
  await untilIdle(user, chat.id);
  return chatEvents(socket);
}

/** A reply in a new chat, over a socket of its own: its events, and the stored message. */
export async function replyInNewChat(url: string, user: TestUser, more: JsonObject) {
  const socket = await connectSocket(url, user.token);
  const chat = await createChat(user, 'Hi');
  const events = await wholeReply(user, socket, chat, 'Hi', more);
  socket.close();
  return { events, message: (await storedMessages(user, chat.id)).a1 };
}

/** The browser behind the socket responds to event calls. */
export function onQuestion(socket: TestSocket, respond: (data: JsonObject, type: string) => unknown): void {
  type Question = { data: { type: string; data: JsonObject } };
  socket.raw.on('events', ({ data }: Question, acknowledge?: (value: unknown) => void) =>
    acknowledge?.(respond(data.data, data.type)),
  );
}
