import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { zipSync } from 'fflate';
import OpenAI from 'openai';
import { DataSource } from 'typeorm';
import { ChatsService } from '../../src/modules/chats/chats.service';
import { FilesSettings } from '../../src/modules/files/files.settings';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { chatEvents, createChat, isDone, requestReply, storedMessages, waitForEvent } from '../support/chat';
import { createGroup } from '../support/factories/groups';
import type { Answer, Json } from '../support/http';
import { connectSocket } from '../support/socket';
import { upload } from '../support/uploads';

const MODEL = 'builtin/search';
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const PAGES = [
  'Handbook of the lighthouse on Skerry Rock. It has three chapters and an index of names.',
  'The lamp is lit at dusk. The keeper winds the clockwork every four hours, so that the lens keeps turning.',
  'In fog the horn sounds two blasts each minute. Ships answer with one long blast.',
];

interface Pdf extends NodeJS.ReadableStream {
  addPage(): this;
  text(text: string): this;
  end(): void;
}

/** One page for each text. */
async function pdfOf(texts: readonly string[]): Promise<Buffer> {
  const PDFDocument = createRequire(__filename)('pdfkit') as new (options: object) => Pdf;
  const document = new PDFDocument({ autoFirstPage: false });
  for (const text of texts) document.addPage().text(text);
  document.end();
  return buffer(document);
}

/** One paragraph for each text. */
function docxOf(...texts: readonly string[]): Buffer {
  const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
  const relationship = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument';
  const paragraphs = texts.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join('');
  const entries = {
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="${main}"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${relationship}" Target="word/document.xml"/></Relationships>`,
    'word/document.xml': `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${paragraphs}</w:body></w:document>`,
  };
  const files = Object.entries(entries).map(([name, content]) => [name, Buffer.from(content)]);
  return Buffer.from(zipSync(Object.fromEntries(files) as Record<string, Uint8Array>));
}

/** A server as `npm start` makes it: no provider, no key, no embedding engine. */
describe('questions about documents on a server without any provider', () => {
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;
  let other: TestUser;
  let pages: Server;
  let pageUrl: string;
  let pdf: string;

  const question = (content: string) => [{ role: 'user', content }];
  const ask = (asker: TestUser, content: string, files: object[] = [], more: object = {}): Promise<Answer<Json>> =>
    asker.api.post('/api/chat/completions', { model: MODEL, messages: question(content), files, ...more });
  const replyOf = ({ body }: Answer<Json>): string => body.choices[0].message.content;

  async function file(owner: TestUser, name: string, type: string, content: string | Buffer): Promise<string> {
    const bytes = typeof content === 'string' ? content : new Uint8Array(content);
    const { status, body } = await upload(app, owner, bytes, { name, type, query: '?process_in_background=false' });
    expect(status).toBe(200);
    const { body: stored } = await owner.api.get(`/api/v1/files/${body.id}`);
    expect(stored.data).toMatchObject({ status: 'completed' });
    return body.id;
  }

  beforeAll(async () => {
    pages = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end(
        '<html><title>Gulls</title><p>Herring gulls nest on roofs.</p><p>Puffins nest in burrows.</p></html>',
      );
    }).listen(0, '127.0.0.1');
    await once(pages, 'listening');
    pageUrl = `http://127.0.0.1:${(pages.address() as AddressInfo).port}/gulls`;
    app = await startTestApp({ BUILTIN_SEARCH_MODEL: 'auto', ENABLE_RAG_LOCAL_WEB_FETCH: 'True' });
    admin = await asUser(app, 'admin');
    [user, other] = [await asUser(app), await asUser(app)];
    await createGroup(admin, [user], { workspace: { knowledge: true }, sharing: { knowledge: true } });
    pdf = await file(user, 'handbook.pdf', 'application/pdf', await pdfOf(PAGES));
  });
  afterAll(async () => {
    pages.close();
    await app.close();
  });

  it('offer one model, to everybody, and no arena', async () => {
    for (const each of [admin, user, other])
      expect((await each.api.get('/api/models')).body.data.map(({ id }: Json) => id)).toEqual([MODEL]);
  });

  it('are answered with the passage and its page', async () => {
    const answer = await ask(user, 'How often does the keeper wind the clockwork?', [{ type: 'file', id: pdf }]);
    expect(replyOf(answer)).toMatch(
      /^The keeper winds the clockwork every four hours, so that the lens keeps turning\. \[1\]/,
    );
    expect(replyOf(answer)).toContain('**handbook.pdf, page 2** [1]');
    expect(answer.body.sources).toEqual([
      {
        source: { type: 'file', id: pdf },
        document: [expect.stringContaining('The lamp is lit at dusk.')],
        metadata: [expect.objectContaining({ source: 'handbook.pdf', file_id: pdf, page: 1, page_label: '2' })],
        distances: [expect.any(Number)],
      },
    ]);
  });

  it('are answered from a knowledge base with a PDF, a DOCX and a Markdown file', async () => {
    const docx = docxOf('Menu', 'On Fridays the cook serves cod with mustard.');
    const files = [
      pdf,
      await file(user, 'menu.docx', DOCX, docx),
      await file(user, 'stores.md', 'text/markdown', '# Stores\n\n## Oil\n\nThe cellar holds forty barrels of oil.\n'),
    ];
    const form = { name: 'Skerry', description: '', access_control: { read: { user_ids: [other.id] } } };
    const { id } = (await user.api.post('/api/v1/knowledge/create', form)).body;
    await user.api.post(
      `/api/v1/knowledge/${id}/files/batch/add`,
      files.map((file_id) => ({ file_id })),
    );
    const base = [{ type: 'collection', id, name: 'Skerry' }];

    for (const asker of [user, other]) {
      const replies = await Promise.all(
        ['What does the cook serve on Fridays?', 'How many barrels of oil?', 'How does the horn sound in fog?'].map(
          async (text) => replyOf(await ask(asker, text, base)),
        ),
      );
      expect(replies[0]).toMatch(/^On Fridays the cook serves cod with mustard\. \[1\][^]*\*\*menu\.docx/);
      expect(replies[1]).toMatch(/forty barrels of oil\. \[1\][^]*\*\*stores\.md/);
      expect(replies[2]).toMatch(/^In fog the horn sounds two blasts each minute\. \[1\][^]*handbook\.pdf, page 3/);
    }
    await user.api.delete(`/api/v1/knowledge/${id}/delete`);
    expect((await ask(other, 'How many barrels of oil?', base)).body).not.toHaveProperty('sources');
  });

  it('are answered from the folder of a chat, over sockets, and the sources are stored', async () => {
    const data = { files: [{ type: 'file', id: pdf, name: 'handbook.pdf' }] };
    const folder = (await user.api.post('/api/v1/folders/', { name: 'Sea', data })).body.id;
    const chat = await createChat(user, 'When is the lamp lit?');
    await user.api.post(`/api/v1/chats/${chat.id}/folder`, { folder_id: folder });
    const socket = await connectSocket(app.url, user.token);
    await requestReply(user, socket, chat, 'When is the lamp lit?', { model: MODEL });
    await waitForEvent(socket, isDone);
    socket.close();
    const events = chatEvents(socket);
    expect(events.map(({ type, data: sent }) => (type === 'status' ? sent.action : type)).slice(0, 2)).toEqual([
      ...['sources_retrieved', 'chat:completion'],
    ]);
    expect(events[1]!.data.sources[0].metadata[0]).toMatchObject({ source: 'handbook.pdf', page: 1 });
    const message = (await storedMessages(user, chat.id)).a1!;
    expect(message.content).toMatch(/^The lamp is lit at dusk\. \[1\]/);
    expect(message.sources).toEqual(events[1]!.data.sources);
    expect(message.statusHistory).toEqual([{ action: 'sources_retrieved', count: 1, done: true }]);
  });

  it('are answered from a web page: indexed, and read for the question', async () => {
    const { status, body } = await user.api.post('/api/v1/retrieval/process/web', { url: pageUrl });
    expect(status).toBe(200);
    const indexed = {
      type: 'text',
      name: pageUrl,
      url: pageUrl,
      collection_name: body.collection_name,
      file: body.file,
    };
    for (const item of [indexed, { ...indexed, context: 'full' }, { type: 'url', url: pageUrl }]) {
      const reply = replyOf(await ask(user, 'Where do puffins nest?', [item]));
      expect(reply).toMatch(/Puffins nest in burrows\.[^]*\[1\]/);
      expect(reply).toContain('127.0.0.1');
    }
    const stolen = await ask(other, 'Where do puffins nest?', [
      { type: 'text', collection_name: body.collection_name },
    ]);
    expect(stolen.body).not.toHaveProperty('sources');
  });

  describe.each(['/api', '/api/v1'])('through the openai package at %s', (path) => {
    const client = () => new OpenAI({ apiKey: user.token, baseURL: `${app.url}${path}`, maxRetries: 0 });
    const request = () => ({
      ...{ model: MODEL, messages: question('How does the horn sound?') as never },
      files: [{ type: 'file', id: pdf }],
    });

    it('come with their sources', async () => {
      const answer = await client().chat.completions.create(request());
      expect(answer.choices[0]?.message.content).toContain('handbook.pdf, page 3');
      expect(answer).toHaveProperty('sources.0.source.id', pdf);
    });

    it('are streamed, the sources first', async () => {
      const stream = await client().chat.completions.create({ ...request(), stream: true });
      const parts: Json[] = [];
      for await (const part of stream) parts.push(part);
      expect(parts[0]).toHaveProperty('sources.0.metadata.0.page', 2);
      const text = parts.map((part) => part.choices?.[0]?.delta.content ?? '').join('');
      expect(text).toMatch(/^In fog the horn sounds two blasts each minute\. \[1\]/);
      expect(parts.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
    });
  });

  describe('with many attachments', () => {
    const limit = (count: number | null) => app.get(SettingsStore).save(FilesSettings, { file_max_count: count });
    const files = (count: number, type = 'file') => Array.from({ length: count }, (_, id) => ({ type, id: `${id}` }));
    const refused = (detail: string) => ({ status: 400, body: { detail } });
    afterEach(() => limit(null));

    it('are refused beyond the limit of a message; folders and bases do not count', async () => {
      await limit(2);
      expect(await ask(user, 'Hi', files(3))).toMatchObject(refused('A message has at most 2 files'));
      expect((await ask(user, 'Hi', [...files(2), ...files(5, 'note')])).status).toBe(200);
      const messages = ['user', 'assistant', 'user'].map((role) => ({ role, content: 'Hi' }));
      expect((await ask(user, 'Hi', files(4), { messages })).status).toBe(200);
      expect(await ask(user, 'Hi', files(5), { messages })).toMatchObject(refused('A message has at most 2 files'));
    });

    it('count the files of the stored message where there is one', async () => {
      await limit(2);
      const chat = await createChat(user, 'Hi');
      const place = { chat_id: chat.id, id: 'a1', parent_id: 'u1' };
      const attach = (list: object[]) => app.get(ChatsService).patchMessage(chat.id, 'u1', { files: list });
      await attach(files(3));
      expect(await ask(user, 'Hi', files(3), place)).toMatchObject(refused('A message has at most 2 files'));
      await attach(files(1));
      expect((await ask(user, 'Hi', files(9), place)).status).toBe(200);
    });

    it('are refused beyond a thousand, and say so when a folder brings more', async () => {
      expect(await ask(user, 'Hi', files(1001))).toMatchObject(refused('A request has at most 1000 attachments'));
      const chat = await createChat(user, 'Hi');
      const socket = await connectSocket(app.url, user.token);
      const data = { files: [{ type: 'file', id: pdf, name: 'handbook.pdf' }, ...files(1, 'note')] };
      const folder = (await user.api.post('/api/v1/folders/', { name: 'Two more', data })).body.id;
      const attached = [...files(1000, 'note').slice(1), { type: 'folder', id: folder }];
      await requestReply(user, socket, chat, 'When is the lamp lit?', { model: MODEL, files: attached });
      await waitForEvent(socket, isDone);
      socket.close();
      const [status] = chatEvents(socket).filter(({ type }) => type === 'status');
      expect(status?.data).toEqual({ description: 'Only the first 1000 attachments are used', done: true });
      expect((await storedMessages(user, chat.id)).a1!.content).toMatch(/^The lamp is lit at dusk/);
    });

    it('say so when web pages are left out', async () => {
      const chat = await createChat(user, 'Hi');
      const socket = await connectSocket(app.url, user.token);
      const pages = Array.from({ length: 21 }, (_, port) => ({ type: 'url', url: `http://127.0.0.1:${port + 1}/` }));
      await requestReply(user, socket, chat, 'Hi', { model: MODEL, files: pages });
      await waitForEvent(socket, isDone);
      socket.close();
      const [status] = chatEvents(socket).filter(({ type }) => type === 'status');
      expect(status?.data).toEqual({ description: 'Only the first 20 web pages are used', done: true });
    });
  });

  it('say in one sentence how to ask, without attachments', async () => {
    const reply = replyOf(await ask(user, 'Hello'));
    expect(reply).toMatch(/^This model answers with passages from documents: [^.]+\.$/);
    expect(replyOf(await user.api.post('/openai/chat/completions', { model: MODEL, messages: question('Hi') }))).toBe(
      reply,
    );
  });

  it.each([
    ['a file', (id: string) => ({ type: 'file', id })],
    ['a file in full', (id: string) => ({ type: 'file', id, context: 'full' })],
    ['a file by its collection', (id: string) => ({ type: 'text', collection_name: `file-${id}` })],
    ['a file by an old name', (id: string) => ({ type: 'file', id: `file-${id}`, legacy: true })],
    ['a file in a list of names', (id: string) => ({ collection_names: [`file-${id}`] })],
    ['a file as a base', (id: string) => ({ type: 'collection', id: `file-${id}` })],
    ['a file as an old base', (id: string) => ({ type: 'collection', legacy: true, collection_names: [`file-${id}`] })],
    ['a file as a base in full', (id: string) => ({ type: 'collection', id: `file-${id}`, context: 'full' })],
  ])('take nothing from %s of another user', async (_, item) => {
    for (const form of [item(pdf), item('nope')]) {
      const { status, body } = await ask(other, 'How often does the keeper wind the clockwork?', [form]);
      expect(status).toBe(200);
      expect(body).not.toHaveProperty('sources');
      expect(JSON.stringify(body)).not.toContain('clockwork every');
    }
    expect(replyOf(await ask(user, 'Who winds the clockwork?', [item(pdf)]))).toContain('clockwork every four hours');
  });

  it('show and search no file of another user that a folder names', async () => {
    const data = { files: [{ type: 'file', id: pdf, name: 'handbook.pdf' }] };
    const { id } = (await other.api.post('/api/v1/folders/', { name: 'Stolen', data })).body;
    expect((await other.api.get(`/api/v1/folders/${id}`)).body.data.files).toEqual([]);
    const { body } = await ask(other, 'How often does the keeper wind the clockwork?', [{ type: 'folder', id }]);
    expect(JSON.stringify(body)).not.toContain('clockwork every');
  });

  it('search the web only while that is switched on', async () => {
    const body = (await ask(user, 'Hello', [], { features: { web_search: true } })).body;
    expect(replyOf({ body } as Answer<Json>)).toMatch(/^This model answers with passages/);
  });

  it('take a chat of the user, and none of another', async () => {
    const chat = await createChat(user, 'The password of the tower is mackerel.');
    const item = [{ type: 'chat', id: chat.id }];
    expect(replyOf(await ask(user, 'What is the password of the tower?', item))).toContain('mackerel. [1]');
    expect((await ask(other, 'What is the password of the tower?', item)).body).not.toHaveProperty('sources');
  });

  it('are closed by a row of the model', async () => {
    const row = { id: MODEL, name: 'Search', meta: {}, params: {}, access_control: {} };
    expect((await admin.api.post('/api/v1/models/create', row)).status).toBe(200);
    expect((await user.api.get('/api/models')).body.data).toEqual([]);
    expect(await ask(user, 'Hello')).toMatchObject({ status: 400, body: { detail: 'Model not found' } });
    expect((await admin.api.get('/api/models')).body.data).toMatchObject([{ id: MODEL, name: 'Search' }]);
    await admin.api.post('/api/v1/models/model/delete', { id: MODEL });
    expect((await ask(user, 'Hello')).status).toBe(200);
  });

  it('need nothing that is left of a deleted file', async () => {
    const base = (await user.api.post('/api/v1/knowledge/create', { name: 'B', description: '' })).body.id;
    const id = await file(user, 'gone.txt', 'text/plain', 'A quokka smiles at tourists.');
    await user.api.post(`/api/v1/knowledge/${base}/file/add`, { file_id: id });
    const rows = async () => {
      const [counts] = await app.get(DataSource).query<Json[]>(
        `SELECT (SELECT count(*)::int FROM source_document WHERE file_id = $1) AS documents,
                (SELECT count(*)::int FROM chunk c WHERE c.text LIKE '%quokka%') AS chunks,
                (SELECT count(*)::int FROM file_content WHERE file_id = $1) AS texts,
                (SELECT count(*)::int FROM blob_reference WHERE kind = 'file' AND id = $1) AS blobs,
                (SELECT count(*)::int FROM knowledge_file WHERE file_id = $1) AS links`,
        [id],
      );
      return counts;
    };
    expect(await rows()).toEqual({ documents: 1, chunks: 1, texts: 1, blobs: 1, links: 1 });
    await user.api.post(`/api/v1/knowledge/${base}/file/remove`, { file_id: id });
    expect(await rows()).toEqual({ documents: 0, chunks: 0, texts: 0, blobs: 0, links: 0 });
    expect((await ask(user, 'Who smiles?', [{ type: 'collection', id: base }])).body).not.toHaveProperty('sources');
  });

  it('find everything after all bases were indexed again', async () => {
    const base = (await user.api.post('/api/v1/knowledge/create', { name: 'R', description: '' })).body.id;
    await user.api.post(`/api/v1/knowledge/${base}/file/add`, { file_id: pdf });
    expect(await admin.api.post('/api/v1/knowledge/reindex')).toMatchObject({ status: 200, body: true });
    const progress = async () => (await admin.api.get('/api/v1/knowledge/reindex')).body;
    let latest = await progress();
    while (latest.done < latest.total) latest = await progress();
    expect(latest).toEqual({ total: expect.any(Number), done: latest.total, failed: 0 });
    const reply = replyOf(await ask(user, 'When is the lamp lit?', [{ type: 'collection', id: base }]));
    expect(reply).toContain('handbook.pdf, page 2');
    const count = 'SELECT count(*)::int AS n FROM source_document WHERE file_id = $1';
    expect(await app.get(DataSource).query(count, [pdf])).toEqual([{ n: 1 }]);
  });

  it('are answered by a preset with knowledge of its own', async () => {
    const base = (await user.api.post('/api/v1/knowledge/create', { name: 'K', description: '' })).body.id;
    await user.api.post(`/api/v1/knowledge/${base}/file/add`, { file_id: pdf });
    const meta = { knowledge: [{ type: 'collection', id: base, name: 'K' }] };
    const preset = { id: 'keeper', name: 'Keeper', base_model_id: MODEL, meta, params: {}, access_control: {} };
    expect((await admin.api.post('/api/v1/models/create', preset)).status).toBe(200);
    expect(replyOf(await ask(admin, 'When is the lamp lit?', [], { model: 'keeper' }))).toMatch(
      /^The lamp is lit at dusk/,
    );
  });
});
