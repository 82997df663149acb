import { Detail } from '../../src/common/errors/details';
import { PermissionSettings } from '../../src/modules/groups/permissions/permission.settings';
import { newPermissionTree } from '../../src/modules/groups/permissions/permissions';
import type { ChatPermissions } from '../../src/modules/groups/permissions/permission-tree.dto';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createChat, type TestChat } from '../support/chat';
import { createGroup } from '../support/factories/groups';
import { FakeOpenAiServer } from '../support/fakes/openai-server';
import type { Answer } from '../support/http';

const PATH = '/api/chat/completions';
const SYSTEM = { role: 'system', content: 'Be brief' };
const HI = { role: 'user', content: 'Hi' };
const prohibited = { status: 401, body: { detail: Detail.accessProhibited } };
const unauthorized = { status: 401, body: { detail: Detail.unauthorized } };
const allowed = { status: 200 };

/** Keys of the section `chat`, as an administrator sets them for everybody. */
describe('without the permission', () => {
  let app: TestApp;
  let provider: FakeOpenAiServer;
  let admin: TestUser;
  let user: TestUser;
  /** In a group that has every permission of the section. */
  let member: TestUser;
  let chat: TestChat;

  beforeAll(async () => {
    provider = await FakeOpenAiServer.start();
    app = await startTestApp({ OPENAI_API_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-fake' });
    admin = await asUser(app, 'admin');
    [user, member] = [await asUser(app), await asUser(app)];
    const { temporary_enforced: _, ...everything } = newPermissionTree().chat;
    await createGroup(admin, [member], { chat: { ...everything } });
    const model = { id: 'fake-small', base_model_id: null, name: 'M', meta: {}, params: {}, access_control: null };
    await admin.api.post('/api/v1/models/create', { ...model, is_active: true });
    chat = await createChat(user, 'Hi');
  });
  afterEach(() => set({}));
  afterAll(async () => {
    await app.close();
    await provider.close();
  });

  const set = async (change: Partial<ChatPermissions>) => {
    const tree = newPermissionTree();
    const defaults = { ...tree, chat: { ...tree.chat, ...change } };
    await app.get(SettingsStore).save(PermissionSettings, { defaults });
  };
  const ask = (caller: TestUser, body: object = {}) =>
    caller.api.post(PATH, { model: 'fake-small', messages: [SYSTEM, HI], ...body });
  const sent = async (caller: TestUser, body: object) => {
    expect(await ask(caller, body)).toMatchObject(allowed);
    return provider.lastPost?.body;
  };
  const controls = { params: { temperature: 0.1, top_k: 3, custom_params: { foo: 1 } }, max_tokens: 5, user: 'kept' };

  it.each<Partial<ChatPermissions>>([{ params: false }, { controls: false }])(
    '%j parameters have no effect',
    async (change) => {
      await set(change);
      const hasSystem = change.controls !== false;
      expect(await sent(user, controls)).toEqual({
        model: 'fake-small',
        messages: hasSystem ? [SYSTEM, HI] : [HI],
        user: 'kept',
      });
      for (const caller of [member, admin])
        expect(await sent(caller, controls)).toMatchObject({ temperature: 0.1, foo: 1, max_tokens: 5 });
    },
  );

  it.each<Partial<ChatPermissions>>([{ system_prompt: false }, { controls: false }])(
    '%j system prompts have no effect',
    async (change) => {
      await set(change);
      const messages = [SYSTEM, { role: 'developer', content: 'x' }, HI, SYSTEM];
      expect(await sent(user, { messages })).toMatchObject({ messages: [HI] });
      for (const caller of [member, admin]) expect(await sent(caller, { messages })).toMatchObject({ messages });
    },
  );

  it('chat.temporary no reply in a temporary chat', async () => {
    await set({ temporary: false });
    expect(await ask(user, { chat_id: 'local:abc' })).toMatchObject(prohibited);
    for (const caller of [member, admin]) expect(await ask(caller, { chat_id: 'local:abc' })).toMatchObject(allowed);
    expect(await ask(user, { chat_id: chat.id })).toMatchObject(allowed);
    expect(await ask(user)).toMatchObject(allowed);
    await set({ temporary: false, temporary_enforced: true });
    expect(await ask(user, { chat_id: 'local:abc' })).toMatchObject(allowed);
  });

  it('to keep chats none is stored; those that are there go on', async () => {
    const { body: link } = await user.api.post(`/api/v1/chats/${chat.id}/share`);
    const creations: [string, object][] = [
      ['new', { chat: { title: 'T' } }],
      ['import', { chats: [{ chat: { title: 'T' } }] }],
      ['import/lines', { chat: { title: 'T' } }],
      [`${chat.id}/clone`, {}],
      [`${link.id}/clone/shared`, {}],
    ];
    const create = (caller: TestUser, [path, body]: [string, object]) => caller.api.post(`/api/v1/chats/${path}`, body);
    const count = async () => (await user.api.get('/api/v1/chats/all')).body.length;
    const before = await count();
    await set({ temporary_enforced: true });
    for (const each of creations) expect(await create(user, each)).toMatchObject(prohibited);
    expect(await create(member, ['new', { chat: { title: 'T' } }])).toMatchObject(prohibited);
    expect(await create(admin, ['new', { chat: { title: 'T' } }])).toMatchObject(allowed);
    expect(await count()).toBe(before);
    expect(await user.api.post(`/api/v1/chats/${chat.id}`, { chat: { title: 'New title' } })).toMatchObject(allowed);
    await set({});
    expect(await create(user, ['new', { chat: { title: 'T' } }])).toMatchObject(allowed);
  });

  it.each<[keyof ChatPermissions, string, (caller: TestUser) => Promise<Answer>]>([
    ['export', 'chats leave', ({ api }) => api.get('/api/v1/chats/all')],
    ['export', 'archived chats leave', ({ api }) => api.get('/api/v1/chats/all/archived')],
    ['edit', 'messages change', ({ api }) => api.post('/api/v1/chats/none/messages/m', { content: 'x' })],
  ])('chat.%s no %s', async (key, _, send) => {
    expect(await send(user)).not.toMatchObject(unauthorized);
    await set({ [key]: false });
    expect(await send(user)).toMatchObject(unauthorized);
    for (const caller of [member, admin]) expect(await send(caller)).not.toMatchObject(unauthorized);
  });
});
