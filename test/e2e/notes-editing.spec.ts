/** @services */
import * as Y from 'yjs';
import { DataSource } from 'typeorm';
import { DocumentsService } from '../../src/modules/notes/collaboration/documents.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { createGroup } from '../support/factories/groups';
import type { Json } from '../support/http';
import { connectSocket, type TestSocket } from '../support/socket';

const ROOT = '/api/v1/notes';
const redisUrl = process.env.TEST_REDIS_URL;
const JSON_TEXT = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'stored' }] }] };

let database: TestDatabase;
/** Two nodes where there is Redis, otherwise the same one twice. */
let nodes: [TestApp, TestApp];
let owner: TestUser;
let writer: TestUser;
let reader: TestUser;
const sockets: TestSocket[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const env = {
    DATABASE_URL: database.url,
    WEBUI_SECRET_KEY: 'one secret for all nodes of the test',
    ...(redisUrl && { REDIS_URL: redisUrl, REDIS_KEY_PREFIX: `confab-notes-${process.pid}` }),
  };
  const first = await startTestApp(env);
  nodes = [first, redisUrl ? await startTestApp(env) : first];
  const admin = await asUser(first, 'admin');
  [owner, writer, reader] = [await asUser(first), await asUser(first), await asUser(first)];
  await createGroup(admin, [owner], { sharing: { notes: true } });
});
afterAll(async () => {
  await Promise.all([...new Set(nodes)].map((node) => node.close()));
  await database.drop();
});
afterEach(() => sockets.splice(0).forEach((socket) => socket.close()));

const sharing = () => ({
  read: { user_ids: [writer.id, reader.id] },
  write: { user_ids: [writer.id] },
});

async function createNote(json: object | null = null): Promise<string> {
  const data = { content: { json, html: '', md: '' }, files: null };
  const { body } = await owner.api.post(`${ROOT}/create`, { title: 'N', data, access_control: sharing() });
  return body.id;
}

const noteOf = async (id: string): Promise<Json> => (await owner.api.get(`${ROOT}/${id}`)).body;

/** An editor as the web client has it, with a plain text as its document. */
class Editor {
  readonly document = new Y.Doc();

  private constructor(
    readonly socket: TestSocket,
    readonly documentId: string,
  ) {
    socket.raw.on('ydoc:document:update', ({ update }: Json) =>
      Y.applyUpdate(this.document, bytesOf(update), 'server'),
    );
    this.document.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server') void this.send(update);
    });
  }

  static async open(user: TestUser, id: string, node = 0): Promise<Editor> {
    const socket = await connectSocket(nodes[node as 0 | 1].url, user.token);
    sockets.push(socket);
    const editor = new Editor(socket, `note:${id}`);
    await editor.join();
    return editor;
  }

  /** Sends its state, too, as after an interrupted connection. */
  async join(): Promise<Json> {
    const { socket, documentId: document_id } = this;
    const before = socket.received.length;
    expect(await socket.emit('ydoc:document:join', { document_id, user_color: '#123456' })).toEqual([]);
    const event = socket.received.slice(before).find(([name]) => name === 'ydoc:document:state')?.[1] as Json;
    if (event) Y.applyUpdate(this.document, bytesOf(event.state), 'server');
    return event;
  }

  send(update: unknown, more: object = {}): Promise<unknown[]> {
    const { documentId: document_id } = this;
    const raw = update instanceof Uint8Array && !Buffer.isBuffer(update) ? Array.from(update) : update;
    return this.socket.emit('ydoc:document:update', { document_id, user_id: 'forged', update: raw, ...more });
  }

  get text(): Y.Text {
    return this.document.getText('t');
  }

  /** Resolves when the server has stored what was sent before. */
  settled = () => this.socket.emit('heartbeat', {});
}

const bytesOf = (value: Json): Uint8Array => new Uint8Array(value as number[]);
const updateOf = (text: string): Uint8Array => {
  const document = new Y.Doc();
  document.getText('t').insert(0, text);
  return Y.encodeStateAsUpdate(document);
};
const storedText = async (id: string): Promise<string> => {
  const document = new Y.Doc();
  Y.applyUpdate(document, await nodes[0].get(DocumentsService).state(id));
  return document.getText('t').toJSON();
};
const untilStored = (id: string, text: string) =>
  eventually(async () => ((await storedText(id)) === text ? true : undefined));

describe('editors of a note', () => {
  it('see each other and converge, on both nodes', async () => {
    const id = await createNote();
    const [first, second] = [await Editor.open(owner, id), await Editor.open(writer, id, 1)];
    expect(await first.socket.waitFor((name) => name === 'ydoc:user:joined')).toEqual({
      ...{ document_id: `note:${id}`, user_id: writer.id, user_name: writer.name, user_color: '#123456' },
    });
    expect((await first.join()).sessions.sort()).toEqual([first.socket.id, second.socket.id].sort());
    for (const [index, editor] of [first, second, first, second].entries())
      editor.text.insert(editor.text.length, `${index}`);
    const length = (editor: Editor) => eventually(async () => (editor.text.length === 4 ? true : undefined));
    await Promise.all([length(first), length(second)]);
    expect(first.text.toJSON()).toBe(second.text.toJSON());
    await untilStored(id, first.text.toJSON());
    const relayed = await second.socket.waitFor((name) => name === 'ydoc:document:update');
    expect(relayed).toMatchObject({ user_id: owner.id, socket_id: first.socket.id });
  });

  it('have the text after the last one left, also without saying so, and after merges of the log', async () => {
    const id = await createNote();
    const first = await Editor.open(owner, id);
    for (let n = 0; n < 120; n++) first.text.insert(n, 'x');
    await untilStored(id, 'x'.repeat(120));
    first.socket.close();
    const second = await Editor.open(writer, id, 1);
    expect(second.text.toJSON()).toBe('x'.repeat(120));
    await second.socket.emit('ydoc:document:leave', { document_id: second.documentId });
    expect((await Editor.open(owner, id)).text.toJSON()).toBe('x'.repeat(120));
    const [{ count }] = await nodes[0]
      .get(DataSource)
      .query('SELECT count(*)::int AS count FROM note_update WHERE note_id = $1', [id]);
    expect(count).toBeLessThanOrEqual(101);
  });

  it('start from the stored text once, however many come at the same time', async () => {
    const id = await createNote(JSON_TEXT);
    const editors = await Promise.all([0, 1, 0, 1].map((node) => Editor.open(owner, id, node)));
    for (const { document } of editors)
      expect(document.getXmlFragment('prosemirror').toJSON()).toBe('<paragraph>stored</paragraph>');
  });

  it('start from a text that was sent over HTTP while there was no editor', async () => {
    const id = await createNote(JSON_TEXT);
    const first = await Editor.open(owner, id);
    const content = { json: { type: 'doc', content: [{ type: 'paragraph' }] }, html: '', md: '' };
    const replace = () => owner.api.post(`${ROOT}/${id}/update`, { title: 'N', data: { content } });
    await replace();
    expect((await first.join()).state.length).toBeGreaterThan(20);
    await first.socket.emit('ydoc:document:leave', { document_id: first.documentId });
    await replace();
    const { document } = await Editor.open(owner, id);
    expect(document.getXmlFragment('prosemirror').toJSON()).toBe('<paragraph></paragraph>');
  });

  it('save the text that comes with an update, and the last one when they leave', async () => {
    const id = await createNote();
    const editor = await Editor.open(writer, id);
    for (const md of ['a', 'ab'])
      await editor.send(updateOf(md), { data: { content: { md, html: '', json: null }, files: 'ignored' } });
    await editor.socket.emit('ydoc:document:leave', { document_id: editor.documentId });
    expect((await noteOf(id)).data).toEqual({ content: { md: 'ab', html: '', json: null }, files: null });
    const last = await Editor.open(writer, id);
    await last.send(updateOf('c'), { data: { content: { md: 'abc' } } });
    last.socket.close();
    await eventually(async () => ((await noteOf(id)).data.content.md === 'abc' ? true : undefined));
  });

  it('get cursors, and a note when one leaves or disconnects', async () => {
    const id = await createNote();
    const [first, second, third] = [
      await Editor.open(owner, id),
      await Editor.open(reader, id, 1),
      await Editor.open(writer, id, 1),
    ];
    const { documentId: document_id } = first;
    await second.socket.emit('ydoc:awareness:update', { document_id, update: [123, 125] });
    expect(await first.socket.waitFor((name) => name === 'ydoc:awareness:update')).toEqual({
      ...{ document_id, user_id: reader.id, update: [123, 125] },
    });
    await second.socket.emit('ydoc:document:leave', { document_id });
    third.socket.close();
    for (const { id: user_id } of [reader, writer])
      expect(
        await first.socket.waitFor((name, payload) => name === 'ydoc:user:left' && payload.user_id === user_id),
      ).toEqual({ document_id, user_id });
  });

  it('send updates as attachments, too', async () => {
    const id = await createNote();
    const [first, second] = [await Editor.open(owner, id), await Editor.open(writer, id, 1)];
    await first.send(Buffer.from(updateOf('bytes')));
    const { update } = await second.socket.waitFor((name) => name === 'ydoc:document:update');
    expect(Buffer.isBuffer(update)).toBe(true);
    expect(await storedText(id)).toBe('bytes');
  });
});

describe('refused', () => {
  const nothingFor = async (editor: Editor, id: string, text = '') => {
    await editor.settled();
    expect(editor.socket.received.filter(([name]) => name === 'ydoc:document:update')).toEqual([]);
    expect(await storedText(id)).toBe(text);
  };

  it("a reader's edit", async () => {
    const id = await createNote();
    const [witness, editor] = [await Editor.open(owner, id), await Editor.open(reader, id)];
    expect(await editor.send(updateOf('mine'), { data: { content: { md: 'mine' } } })).toEqual([]);
    await nothingFor(witness, id);
    expect((await noteOf(id)).data.content.md).toBe('');
  });

  it('an edit after the access was revoked, which takes effect at once for receiving, too', async () => {
    const id = await createNote();
    const [witness, editor] = [await Editor.open(owner, id), await Editor.open(writer, id, 1)];
    await owner.api.post(`${ROOT}/${id}/update`, { title: 'N', access_control: { read: { user_ids: [writer.id] } } });
    expect(await editor.send(updateOf('late'))).toEqual([]);
    await nothingFor(witness, id);
    await owner.api.post(`${ROOT}/${id}/update`, { title: 'N', access_control: {} });
    await eventually(async () => ((await witness.join()).sessions.length === 1 ? true : undefined));
    await witness.send(updateOf('secret'));
    await nothingFor(editor, id, 'secret');
  });

  it('what comes from a socket that is not in the document, or has no access to it', async () => {
    const id = await createNote();
    const witness = await Editor.open(owner, id);
    const stranger = await asUser(nodes[0]);
    for (const token of [stranger.token, undefined]) {
      const socket = await connectSocket(nodes[0].url, token);
      sockets.push(socket);
      for (const document_id of [`note:${id}`, `note_${id}`, `doc_note:${id}`]) {
        for (const event of [
          'document:join',
          'document:state',
          'document:update',
          'awareness:update',
          'document:leave',
        ])
          expect(await socket.emit(`ydoc:${event}`, { document_id, update: Array.from(updateOf('x')) })).toEqual([]);
      }
      expect(socket.received.filter(([name]) => String(name).startsWith('ydoc:'))).toEqual([]);
    }
    await nothingFor(witness, id);
    expect(witness.socket.received.map(([name]) => name)).not.toContain('ydoc:awareness:update');
  });

  it('bytes that are no update, and documents that grow too large', async () => {
    const id = await createNote();
    const editor = await Editor.open(owner, id);
    for (const update of [[], [1, 1, 233], [300], 'text', null, {}, [255, 255, 255, 255, 15]])
      await editor.send(update);
    expect(await storedText(id)).toBe('');
    for (let n = 0; n < 4; n++) await editor.send(Buffer.from(updateOf(`${n}`.repeat(700_000))));
    expect((await storedText(id)).length).toBe(1_400_000);
  });

  it('a deleted note', async () => {
    const id = await createNote();
    const editor = await Editor.open(writer, id, 1);
    await owner.api.delete(`${ROOT}/${id}/delete`);
    expect(await editor.send(updateOf('x'))).toEqual([]);
    expect(await editor.join()).toBeUndefined();
  });
});
