import type { TestUser } from './as-user';
import type { TestApp } from './app';
import type { Json } from './http';

const FILES = '/api/v1/files/';

/** Uploads a file with its type, and answers what the server does. */
export async function upload(
  app: Pick<TestApp, 'url'>,
  user: TestUser,
  content: string | Uint8Array<ArrayBuffer>,
  { name = 'notes.txt', type = 'text/plain', query = '' } = {},
): Promise<{ status: number; body: Json }> {
  const form = new FormData();
  form.set('file', new Blob([content], { type }), name);
  const headers = { Authorization: `Bearer ${user.token}` };
  const response = await fetch(`${app.url}${FILES}${query}`, { method: 'POST', headers, body: form });
  return { status: response.status, body: await response.json() };
}

/** Uploads a file, waits until it is processed, and answers its id. */
export async function processed(app: TestApp, user: TestUser, content: string, name?: string): Promise<string> {
  const { body } = await upload(app, user, content, { name, query: '?process_in_background=false' });
  return body.id as string;
}
