import { client } from './hey-api-client/client.gen.js';
import { authSignIn, chatsCreate, chatsGet, completionsComplete, modelsList } from './hey-api-client/sdk.gen.js';

/** Signs in as the account of the other program, creates a chat, and completes it. Returns the reply. */
export async function main(baseUrl: string): Promise<string> {
  client.setConfig({ baseUrl });
  const body = { email: 'admin@example.com', password: 'clients-Password-1' };
  const { data: session, error } = await authSignIn({ body });
  if (!session) throw new Error(`Sign-in: ${JSON.stringify(error)}`);

  client.setConfig({ baseUrl, auth: session.token });
  const { data: chat } = await chatsCreate({ body: { chat: { title: 'By hey-api' } } });
  if (chat?.title !== 'By hey-api') throw new Error('No chat');
  const { data: found } = await chatsGet({ path: { id: chat.id } });
  if (found?.id !== chat.id) throw new Error('The chat is not found');

  const { data: models } = await modelsList();
  const model = models?.data[0]?.id;
  if (model === undefined) throw new Error('No model');
  const { data: reply } = await completionsComplete({
    body: { model, messages: [{ role: 'user', content: 'Hello' }], temperature: 0.5 },
  });
  if (!reply || !('choices' in reply)) throw new Error('No reply');
  const content = reply.choices[0]?.message.content;
  if (typeof content !== 'string' || content === '') throw new Error('An empty reply');
  return content;
}
