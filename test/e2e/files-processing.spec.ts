/** @services */
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createFile, FILES, upload } from '../support/factories/files';
import type { Json } from '../support/http';

let app: TestApp;
let user: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  user = await asUser(app);
});
afterAll(() => app.close());

describe('processing', () => {
  const statusOf = async (id: string) => (await user.api.get(`${FILES}/${id}/process/status`)).body;
  const events = async (id: string) => {
    const { body } = await user.api.get(`${FILES}/${id}/process/status?stream=true`);
    return String(body)
      .split('\n\n')
      .filter(Boolean)
      .map((frame) => JSON.parse(frame.replace(/^data: /, '')));
  };

  it('ends before the answer when that is asked for', async () => {
    const { body } = await upload(app, user, {
      content: 'The heron eats frogs.',
      query: '?process_in_background=false',
    });
    expect(body.data).toEqual({ status: 'pending' });
    expect(await statusOf(body.id)).toEqual({ status: 'completed' });
    const file = (await user.api.get(`${FILES}/${body.id}`)).body;
    expect(file.data).toEqual({ status: 'completed', content: 'The heron eats frogs.' });
    expect(file.meta.collection_name).toBe(`file-${body.id}`);
  });

  it('is streamed to many clients at once, and the stream ends with it', async () => {
    const id = await createFile(app, user, { content: 'The heron eats frogs.', query: '' });
    const streams = await Promise.all(Array.from({ length: 20 }, () => events(id)));
    for (const stream of streams) expect(stream.at(-1)).toEqual({ status: 'completed' });
  });

  it('says why it failed', async () => {
    const id = await createFile(app, user, { content: '  \n ', query: '?process_in_background=false' });
    const error = expect.stringMatching(/^The content provided is empty/) as string;
    expect(await events(id)).toEqual([{ status: 'failed', error }]);
    expect((await user.api.get(`${FILES}/${id}`)).body.data).toMatchObject({ status: 'failed', error });
  });

  it('indexes a text that a user has edited, and answers with it', async () => {
    const id = await createFile(app, user, { content: 'The old text.', query: '?process_in_background=false' });
    const content = 'Fresh text<br/>with a break.';
    expect((await user.api.post(`${FILES}/${id}/data/content/update`, { content })).body).toEqual({ content });
    expect((await user.api.get(`${FILES}/${id}`)).body.data).toEqual({ status: 'completed', content });
    expect((await user.api.get(`${FILES}/${id}/content`)).body).toBe('The old text.');
  });

  it('keeps an edited text when it is indexed again, until its bytes are to be read', async () => {
    const admin = await asUser(app, 'admin');
    const id = await createFile(app, admin, { content: 'The old text.', query: '?process_in_background=false' });
    const content = 'The edited text.';
    await admin.api.post(`${FILES}/${id}/data/content/update`, { content });
    const base = (await admin.api.post('/api/v1/knowledge/create', { name: 'Edited', description: '' })).body.id;
    const post = async (path: string, body: object) =>
      expect((await admin.api.post(`/api/v1/${path}`, body)).status).toBe(200);
    const contentNow = async () => (await admin.api.get(`${FILES}/${id}`)).body.data.content;
    await post(`knowledge/${base}/file/add`, { file_id: id });
    for (let count = 0; count < 2; count++) {
      await post(`knowledge/${base}/file/update`, { file_id: id });
      expect(await contentNow()).toBe(content);
    }
    await post('retrieval/process/file', { file_id: id });
    expect(await contentNow()).toBe('The old text.');
    await app.get(DataSource).query(`UPDATE file_content SET content = 'Outdated.' WHERE file_id = $1`, [id]);
    await post(`knowledge/${base}/file/update`, { file_id: id });
    expect(await contentNow()).toBe('The old text.');
  });

  it('of the last of several edits counts', async () => {
    const id = await createFile(app, user, { content: 'The old text.', query: '?process_in_background=false' });
    const edit = (content: string) => user.api.post(`${FILES}/${id}/data/content/update`, { content });
    const answers = await Promise.all([edit('first'), edit('second'), edit('third')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { data } = (await user.api.get(`${FILES}/${id}`)).body;
    const chunks = `SELECT c.text FROM chunk c JOIN source_document d ON d.id = c.document_id WHERE d.file_id = $1`;
    const [{ text }] = await app.get(DataSource).query<Json[]>(chunks, [id]);
    expect([data.status, text]).toEqual(['completed', data.content]);
  });
});
