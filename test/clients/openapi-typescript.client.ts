import createClient from 'openapi-fetch';
import type { paths } from './schema.js';

const ACCOUNT = { email: 'admin@example.com', password: 'clients-Password-1' };

/** Signs up and in, creates a chat, and completes it. Returns the reply. */
export async function main(baseUrl: string): Promise<string> {
  const anonymous = createClient<paths>({ baseUrl });
  await anonymous.POST('/api/v1/auths/signup', { body: { name: 'Admin', ...ACCOUNT } });
  const { data: session, error } = await anonymous.POST('/api/v1/auths/signin', { body: ACCOUNT });
  if (!session) throw new Error(`Sign-in: ${JSON.stringify(error.detail)}`);

  const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${session.token}` } });
  const { data: chat } = await client.POST('/api/v1/chats/new', { body: { chat: { title: 'By openapi-typescript' } } });
  if (chat?.title !== 'By openapi-typescript') throw new Error('No chat');
  const { data: found } = await client.GET('/api/v1/chats/{id}', { params: { path: { id: chat.id } } });
  if (found?.id !== chat.id) throw new Error('The chat is not found');

  const { data: models } = await client.GET('/api/models');
  const model = models?.data[0]?.id;
  if (model === undefined) throw new Error('No model');
  const { data: reply } = await client.POST('/api/chat/completions', {
    body: { model, messages: [{ role: 'user', content: 'Hello' }], temperature: 0.5 },
  });
  if (typeof reply !== 'object' || !('choices' in reply)) throw new Error('No reply');
  const content = reply.choices[0]?.message.content;
  if (typeof content !== 'string' || content === '') throw new Error('An empty reply');
  return content;
}
