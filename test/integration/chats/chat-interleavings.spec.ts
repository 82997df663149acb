import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Principal } from '../../../src/common/auth/principal';
import { ChatRecordsService } from '../../../src/modules/chats/chat-records.service';
import { ChatSavesService } from '../../../src/modules/chats/chat-saves.service';
import { ChatSearchService } from '../../../src/modules/chats/search/chat-search.service';
import { ChatTagsService } from '../../../src/modules/chats/tags/chat-tags.service';
import { ChatsService } from '../../../src/modules/chats/chats.service';
import { MessageEventsService } from '../../../src/modules/chats/message-events.service';
import { startTestApp, type TestApp } from '../../support/app';
import { asUser } from '../../support/as-user';
import { chain, chatOf, type Message } from '../../support/factories/chats';

type Tree = ReturnType<typeof chatOf>['history'];
type TabStep = 'prompt' | 'prompt by hand' | 'load' | 'rename';
type ServerStep = 'stream' | 'status' | 'event' | 'sibling' | 'tag' | 'search';

const tab = fc.array(fc.constantFrom<TabStep>('prompt', 'prompt', 'prompt by hand', 'load', 'rename'), {
  maxLength: 8,
});
const server = fc.array(fc.constantFrom<ServerStep>('stream', 'status', 'event', 'sibling', 'tag', 'search'), {
  maxLength: 15,
});

/** Two tabs and the server write to one chat at the same time; whatever was answered has to be there in the end. */
describe('a chat with concurrent writers', () => {
  let app: TestApp;
  let owner: Principal;

  beforeAll(async () => {
    app = await startTestApp();
    const user = await asUser(app);
    owner = { ...user, groupIds: [], credential: { kind: 'jwt', token: '', jti: '', expiresAt: null } };
  });
  afterAll(() => app.close());

  const read = async (id: string) => (await app.get(ChatRecordsService).getAny(id)).chat as ReturnType<typeof chatOf>;

  async function runTab(id: string, steps: readonly TabStep[], promised: Map<string, string>): Promise<void> {
    const saves = app.get(ChatSavesService);
    let tree: Tree = structuredClone((await read(id)).history);
    for (const step of steps) {
      if (step === 'load') tree = structuredClone((await read(id)).history);
      else if (step === 'rename') await saves.save(owner, id, { title: `Title ${randomUUID()}` });
      else {
        const parent = tree.messages[tree.currentId ?? ''] as Message;
        const [user, reply] = chain(2, `${randomUUID()}-`) as [Message, Message];
        parent.childrenIds.push(user.id);
        Object.assign(tree.messages, { [user.id]: { ...user, parentId: parent.id }, [reply.id]: reply });
        tree.currentId = reply.id;
        const automatic = step === 'prompt' ? { models: [], params: {}, files: [] } : {};
        await saves.save(owner, id, structuredClone({ ...automatic, history: tree }));
        promised.set(user.id, parent.id).set(reply.id, user.id);
      }
    }
  }

  class ServerSide {
    text = '';
    readonly statuses: object[] = [];
    readonly siblings: string[] = [];
    readonly tags: string[] = [];

    constructor(private readonly id: string) {}

    async run(step: ServerStep): Promise<void> {
      const chats = app.get(ChatsService);
      if (step === 'stream') await chats.patchMessage(this.id, 'm1', { content: (this.text += 'x') });
      if (step === 'status') await chats.appendToMessage(this.id, 'm1', 'statusHistory', [this.status()]);
      if (step === 'event')
        await app.get(MessageEventsService).emit(owner, this.id, 'm1', { type: 'status', data: this.status() });
      if (step === 'tag') await app.get(ChatTagsService).add(owner, this.id, this.named(this.tags));
      if (step === 'sibling')
        await chats.patchMessage(this.id, this.named(this.siblings), { parentId: 'm0', role: 'assistant' });
      if (step === 'search') await app.get(ChatSearchService).search(owner, { text: 'message' });
    }

    private status(): Record<string, unknown> {
      const status = { description: String(this.statuses.length) };
      this.statuses.push(status);
      return status;
    }

    private named(list: string[]): string {
      const name = randomUUID();
      list.push(name);
      return name;
    }
  }

  it('keeps every acknowledged save', async () => {
    await fc.assert(
      fc.asyncProperty(tab, tab, server, async (first, second, third) => {
        const { id } = await app.get(ChatRecordsService).create(owner, { chat: chatOf(chain(2)) });
        const promised = new Map<string, string>();
        const side = new ServerSide(id);
        const runServer = async () => {
          for (const step of third) await side.run(step);
        };
        await Promise.all([runTab(id, first, promised), runTab(id, second, promised), runServer()]);

        const { history } = await read(id);
        for (const [message, parent] of promised) {
          expect(history.messages[message]?.parentId).toBe(parent);
          expect(history.messages[parent]?.childrenIds).toContain(message);
        }
        const reply = history.messages.m1 as Message;
        if (side.text !== '') expect(reply.content).toBe(side.text);
        expect(reply.statusHistory ?? []).toEqual(side.statuses);
        expect(Object.keys(history.messages)).toEqual(expect.arrayContaining(side.siblings));
        expect(history.messages.m0?.childrenIds).toEqual(expect.arrayContaining(side.siblings));
        const tags = await app.get(ChatTagsService).listOf(owner, id);
        expect(tags.map((tag) => tag.id)).toEqual(side.tags);
      }),
      { numRuns: 40 },
    );
  }, 180_000);
});
