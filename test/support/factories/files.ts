import type { TestApp } from '../app';
import type { TestUser } from '../as-user';
import type { Json } from '../http';

export const FILES = '/api/v1/files';

export interface Upload {
  name?: string;
  content?: string | Uint8Array;
  /** Null for a part without a type. */
  type?: string | null;
  metadata?: string;
  query?: string;
}

/** The status and the parsed body of an upload. Not processed unless the query says so. */
export async function upload(
  app: TestApp,
  user: TestUser,
  { name = 'notes.txt', content = 'text', type = 'text/plain', metadata, query = '?process=false' }: Upload = {},
): Promise<{ status: number; body: Json }> {
  const boundary = '----confab';
  const head = [
    ...(metadata === undefined
      ? []
      : [`--${boundary}`, 'Content-Disposition: form-data; name="metadata"', '', metadata]),
    `--${boundary}`,
    `Content-Disposition: form-data; name="file"; filename="${name}"`,
    ...(type === null ? [] : [`Content-Type: ${type}`]),
    '',
    '',
  ].join('\r\n');
  const response = await fetch(`${app.url}${FILES}/${query}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${user.token}`, 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(`\r\n--${boundary}--\r\n`)]),
  });
  return { status: response.status, body: await response.json() };
}

/** The id of a new file. */
export async function createFile(app: TestApp, user: TestUser, given: Upload = {}): Promise<string> {
  const { status, body } = await upload(app, user, given);
  if (status !== 200) throw new Error(`The upload was refused with ${status}: ${JSON.stringify(body)}`);
  return body.id;
}
