/** @services */
import { ChatsService } from '../../src/modules/chats/chats.service';
import { UnusedImagesJob } from '../../src/modules/chats/images/unused-images.job';
import { BlobStore } from '../../src/platform/storage/blobs/blob-store';
import { UnusedBlobsJob } from '../../src/platform/storage/blobs/unused-blobs.job';
import { StorageDriver } from '../../src/platform/storage/storage-driver';
import { asUser, type TestUser } from '../support/as-user';
import { CHATS, chatStage } from '../support/chat-stage';
import { startTestApp } from '../support/app';
import { chain, chatOf, createChat, type Message } from '../support/factories/chats';
import { pngBytes, pngUrl } from '../support/factories/images';
import { headersOf, type Json } from '../support/http';

const URL = expect.stringMatching(/^\/api\/v1\/chats\/images\/[0-9a-f-]{36}$/);
const DAY = 24 * 60 * 60;

/** A chat with one attached image in its first message. */
function illustrated(mark: string, title = 'With an image') {
  const [prompt, reply] = chain(2) as [Message, Message];
  return chatOf([{ ...prompt, files: [{ type: 'image', url: pngUrl(mark) }] }, reply], title);
}

const urlIn = (chat: Json): string => chat.history.messages.m0.files[0].url;

const idIn = (url: string): string => url.split('/').at(-1)!;

describe('images in messages', () => {
  const stage = chatStage();
  const create = async (mark: string, owner = stage.user) => {
    const { id, chat } = await createChat(owner.api, illustrated(mark));
    return { id, chat, url: urlIn(chat) };
  };
  const load = (url: string, reader: TestUser = stage.user) =>
    fetch(`${stage.app.url}${url}`, { headers: { Authorization: `Bearer ${reader.token}` } });
  const statusOf = async (url: string, reader?: TestUser) => (await load(url, reader)).status;
  async function keyOf(id: string): Promise<string> {
    const sql = `SELECT key FROM blob JOIN blob_reference r ON r.blob_id = blob.id WHERE r.kind = 'chat-image' AND r.id = $1`;
    const [blob] = await stage.sql<{ key: string }>(sql, id);
    return blob!.key;
  }
  const storage = () => stage.app.get<StorageDriver>(StorageDriver as never);
  const lose = async (id: string) => storage().delete(await keyOf(id));
  async function later(days: number) {
    const now = Math.floor(Date.now() / 1000) + days * DAY;
    await stage.app.get(UnusedImagesJob).removeUnused(now);
    await stage.app.get(UnusedBlobsJob).removeUnused(now);
  }

  describe('POST /api/v1/chats/new and /api/v1/chats/:id', () => {
    it('keep a URL in the place of each image, in the tree and in the list', async () => {
      const { id, chat, url } = await create('a');
      expect(url).toEqual(URL);
      expect(JSON.stringify(chat)).toBe(JSON.stringify(illustrated('a')).replaceAll(pngUrl('a'), url));
      expect((await stage.user.api.get(`${CHATS}/${id}`)).body.chat).toEqual(chat);
    });

    it('take the data URL and the URL for the same message', async () => {
      const { id, chat, url } = await create('b');
      const versions = () => stage.sql('SELECT id, hash, past, content FROM chat_message WHERE chat_id = $1', id);
      const before = await versions();
      for (const posted of [illustrated('b'), chat]) {
        const answer = await stage.user.api.post(`${CHATS}/${id}`, { chat: posted });
        expect(urlIn(answer.body.chat)).toBe(url);
        expect(await versions()).toEqual(before);
      }
    });

    it('store one row for an image per user, however often it is used', async () => {
      const [first, second] = [await create('c'), await create('c')];
      expect(second.url).toBe(first.url);
      expect((await create('c', stage.other)).url).not.toBe(first.url);
    });

    it('store one file for concurrent uploads of the same image', async () => {
      const owner = await asUser(stage.app);
      const urls = await Promise.all(Array.from({ length: 6 }, async () => (await create('at once', owner)).url));
      expect(new Set(urls).size).toBe(1);
      expect(await load(urls[0]!, owner).then((answer) => answer.arrayBuffer())).toEqual(arrayOf(pngBytes('at once')));
    });

    it('leave an image in its message when it cannot be stored', async () => {
      const write = jest.spyOn(stage.app.get(BlobStore), 'write').mockRejectedValue(new Error('disk full'));
      const { id, url } = await create('d');
      write.mockRestore();
      expect(url).toBe(pngUrl('d'));
      const { body } = await stage.user.api.post(`${CHATS}/${id}`, { chat: illustrated('d') });
      expect(urlIn(body.chat)).toEqual(URL);
    });

    it('leave what is no raster image', async () => {
      const svg = `data:image/svg+xml;base64,${Buffer.from(`<svg>${'<g/>'.repeat(3000)}</svg>`).toString('base64')}`;
      const message = { ...chain(1)[0]!, content: `![x](${svg})`, files: [{ type: 'image', url: svg }] };
      const { chat } = await createChat(stage.user.api, chatOf([message]));
      expect(chat).toEqual(chatOf([message]));
    });
  });

  it('are moved from what the server and events write', async () => {
    const { id } = await createChat(stage.user.api);
    const [one, two, three] = [pngUrl('one'), pngUrl('two'), pngUrl('three')];
    await stage.app.get(ChatsService).patchMessage(id, 'm1', { content: `Look: ![it](${one})` });
    await stage.app.get(ChatsService).patchMessage(id, 'm1', { content: `Look: ![it](${one}), and more` });
    await stage.app.get(ChatsService).appendToMessage(id, 'm1', 'files', [{ type: 'image', url: two }]);
    const event = { type: 'files', data: { files: [{ type: 'image', url: three }] } };
    await stage.user.api.post(`${CHATS}/${id}/messages/m1/event`, event);
    const { body } = await stage.user.api.get(`${CHATS}/${id}`);
    const { content, files } = body.chat.history.messages.m1;
    expect(content).toMatch(/^Look: !\[it\]\(\/api\/v1\/chats\/images\/[0-9a-f-]{36}\), and more$/);
    expect(files).toEqual([
      { type: 'image', url: URL },
      { type: 'image', url: URL },
    ]);
    const edited = await stage.user.api.post(`${CHATS}/${id}/messages/m0`, { content: `![](${one})` });
    expect(edited.body.chat.history.messages.m0.content).toBe(`![](${/\((.*)\)/.exec(content)?.[1]})`);
    await later(1);
    await later(3);
    for (const url of [...files.map((file: { url: string }) => file.url), /\((.*)\)/.exec(content)?.[1]])
      expect(await statusOf(url)).toBe(200);
  });

  describe('GET /api/v1/chats/images/:imageId', () => {
    it('answers the bytes, to be shown and never run', async () => {
      const { url } = await create('shown');
      const answer = await load(url);
      expect(answer.status).toBe(200);
      expect(await answer.arrayBuffer()).toEqual(arrayOf(pngBytes('shown')));
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-length': '6000',
        'content-disposition': 'inline; filename=image.png',
        'cache-control': 'private, no-cache, no-transform',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
      });
      const tag = answer.headers.get('etag') ?? '';
      expect(await headersOf(`${stage.app.url}${url}`, stage.user, tag)).toEqual({ status: 304, etag: tag });
    });

    it('takes the cookie of a browser, as images need it', async () => {
      const { url } = await create('cookie');
      const headers = {
        Cookie: `token=${stage.user.token}`,
        'Sec-Fetch-Site': 'same-origin',
        'Sec-Fetch-Dest': 'image',
      };
      expect((await fetch(`${stage.app.url}${url}`, { headers })).status).toBe(200);
    });

    it('refuses anonymous clients, other users and unknown images', async () => {
      const { url } = await create('private');
      await stage.expectAccountRequired((client) => client.get(url));
      expect(await stage.other.api.get(url)).toMatchObject({ status: 404 });
      for (const id of ['nope', '00000000-0000-0000-0000-000000000000', '..%2f..%2fsecret'])
        expect(await stage.user.api.get(`${CHATS}/images/${id}`)).toMatchObject({ status: 404 });
    });

    it('is open to administrators unless chats are not', async () => {
      expect(await statusOf((await create('admin')).url, stage.admin)).toBe(200);
      const closed = await startTestApp({ ENABLE_ADMIN_CHAT_ACCESS: 'false' });
      try {
        const [admin, owner] = [await asUser(closed, 'admin'), await asUser(closed)];
        const { chat } = await createChat(owner.api, illustrated('closed'));
        expect(await admin.api.get(urlIn(chat))).toMatchObject({ status: 404 });
      } finally {
        await closed.close();
      }
    });

    it('is open to everybody as long as the chat is shared', async () => {
      const { id, url } = await create('shared');
      const { body } = await stage.user.api.post(`${CHATS}/${id}/share`);
      expect(urlIn((await stage.other.api.get(`${CHATS}/share/${body.id}`)).body.chat)).toBe(url);
      expect(await statusOf(url, stage.other)).toBe(200);
      await stage.user.api.delete(`${CHATS}/${id}/share`);
      expect(await statusOf(url, stage.other)).toBe(404);
    });

    it('is not opened by naming the image in a chat of one’s own, shared or not', async () => {
      const { url } = await create('named');
      const [message] = chain(1) as [Message];
      const chat = chatOf([{ ...message, files: [{ type: 'image', url }] }]);
      const { id } = await createChat(stage.other.api, chat);
      const { body: shared } = await stage.other.api.post(`${CHATS}/${id}/share`);
      expect(await statusOf(url, stage.other)).toBe(404);
      const { body: exported } = await stage.other.api.get(`${CHATS}/all`);
      expect(exported.find((item: { id: string }) => item.id === id).chat).toEqual(chat);
      const { body: clone } = await stage.other.api.post(`${CHATS}/${shared.id}/clone/shared`);
      expect(urlIn(clone.chat)).toBe(url);
    });

    it('is 404 when the file is missing', async () => {
      const { url } = await create('lost');
      await lose(idIn(url));
      const answer = await load(url);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('etag')).toBeNull();
    });
  });

  describe('copies', () => {
    it('of an own chat share the file, and keep it when the chat is deleted', async () => {
      const owner = await asUser(stage.app);
      const { id, url } = await create('cloned', owner);
      const { body: clone } = await owner.api.post(`${CHATS}/${id}/clone`, {});
      expect(urlIn(clone.chat)).toBe(url);
      await stage.sql('DELETE FROM chat WHERE id = $1', id);
      await later(1);
      await later(3);
      expect(await statusOf(url, owner)).toBe(200);
    });

    it('of a shared chat have images of their own, which outlive the originals', async () => {
      const { id, url } = await create('of another');
      const { body } = await stage.user.api.post(`${CHATS}/${id}/share`);
      const { body: clone } = await stage.other.api.post(`${CHATS}/${body.id}/clone/shared`);
      await stage.user.api.delete(`${CHATS}/${id}/share`);
      expect(urlIn(clone.chat)).not.toBe(url);
      await stage.sql('DELETE FROM chat WHERE id = $1', id);
      await later(1);
      await later(3);
      expect(await statusOf(url, stage.admin)).toBe(404);
      const answer = await load(urlIn(clone.chat), stage.other);
      expect(await answer.arrayBuffer()).toEqual(arrayOf(pngBytes('of another')));
    });
  });

  describe('exports', () => {
    it.each(['all', 'all/db'])('%s have the images inside again', async (path) => {
      const owner = await asUser(stage.app, 'admin');
      const { id } = await create(`exported to ${path}`, owner);
      const { body: shared } = await owner.api.post(`${CHATS}/${id}/share`);
      const { body } = await owner.api.get(`${CHATS}/${path}`);
      const found = body.filter((item: { id: string }) => [id, shared.id].includes(item.id));
      expect(found).toHaveLength(path === 'all' ? 1 : 2);
      for (const { chat } of found) expect(chat).toEqual(illustrated(`exported to ${path}`));
    });

    it('refer to an image without a file by its URL', async () => {
      const owner = await asUser(stage.app);
      const { chat, url } = await create('gone', owner);
      await lose(idIn(url));
      expect((await owner.api.get(`${CHATS}/all`)).body).toMatchObject([{ chat }]);
    });
  });

  describe('images that no chat shows', () => {
    it('go with their files after a day', async () => {
      const owner = await asUser(stage.app);
      const { id, url } = await create('unused', owner);
      await stage.sql('DELETE FROM chat WHERE id = $1', id);
      const key = await keyOf(idIn(url));
      await later(0);
      expect(await statusOf(url, owner)).toBe(200);
      await later(2);
      expect(await statusOf(url, owner)).toBe(404);
      expect(await storage().find(key)).toBeNull();
    });

    it('stay when a message shows them again', async () => {
      const owner = await asUser(stage.app);
      const { id, chat, url } = await create('back', owner);
      await stage.sql('UPDATE chat_message SET images = NULL WHERE chat_id = $1', id);
      await later(0);
      await createChat(owner.api, chat);
      await later(2);
      await later(4);
      expect(await statusOf(url, owner)).toBe(200);
    });

    it('go with the account', async () => {
      const owner = await asUser(stage.app);
      const key = await keyOf(idIn((await create('leaving', owner)).url));
      await stage.admin.api.delete(`/api/v1/users/${owner.id}`);
      await later(2);
      expect(await storage().find(key)).toBeNull();
    });
  });
});

const arrayOf = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer;
