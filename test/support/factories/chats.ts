import type { ChatResponse } from '../../../src/modules/chats/chats.dto';
import type { Answer, Api } from '../http';

export interface Message {
  id: string;
  parentId: string | null;
  childrenIds: string[];
  role: string;
  content: string;
  [key: string]: unknown;
}

/** A chain of alternating user and assistant messages, `m0` first. */
export function chain(length: number, prefix = 'm'): Message[] {
  return Array.from({ length }, (_, index) => ({
    id: `${prefix}${index}`,
    parentId: index === 0 ? null : `${prefix}${index - 1}`,
    childrenIds: index === length - 1 ? [] : [`${prefix}${index + 1}`],
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: `Message ${index}`,
    timestamp: 1_700_000_000 + index,
  }));
}

/** `history` of a list of messages; the last one is on display. */
export const historyOf = (messages: readonly Message[]) => ({
  messages: Object.fromEntries(messages.map((message) => [message.id, message])),
  currentId: messages.at(-1)?.id ?? null,
});

/** A chat as the web client makes it. */
export const chatOf = (messages: readonly Message[], title = 'New Chat') => ({
  id: '',
  title,
  models: ['fake-small'],
  params: {},
  history: historyOf(messages),
  messages: [...messages],
  tags: [],
  timestamp: 1_700_000_000_123,
});

/** Stores a chat over HTTP; the answer is checked. */
export async function createChat(client: Api, chat: object = chatOf(chain(2))): Promise<ChatResponse> {
  const { status, body }: Answer = await client.post('/api/v1/chats/new', { chat });
  if (status !== 200) throw new Error(`The chat was not created: ${JSON.stringify(body)}`);
  return body;
}
