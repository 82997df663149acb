import type { Api } from '../http';

/** A folder at the top; resolves with its id. */
export async function createFolder(client: Api, name: string): Promise<string> {
  const { status, body } = await client.post<{ id: string }>('/api/v1/folders/', { name });
  if (status !== 200) throw new Error(`The folder was not created: ${JSON.stringify(body)}`);
  return body.id;
}
