import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { startTestApp, type TestApp } from './app';
import { asUser, type TestUser } from './as-user';
import { createChat } from './factories/chats';
import { api, type Answer, type Api } from './http';

export const CHATS = '/api/v1/chats';

export const refusal = (status: number, detail: string) => ({ status, body: { detail } });
export const idsOf = ({ body }: Answer<{ id: string }[]>): string[] => body.map(({ id }) => id);

/** What the tests of chats over HTTP share: an application, an administrator and two users. */
export class ChatStage {
  app: TestApp;
  admin: TestUser;
  user: TestUser;
  other: TestUser;

  /** Columns of a chat, past the rules. */
  change(id: string, set: string): Promise<unknown> {
    return this.sql(`UPDATE chat SET ${set} WHERE id = $1`, id);
  }

  sql<T = unknown>(text: string, ...values: unknown[]): Promise<T[]> {
    return this.app.get(DataSource).query(text, values);
  }

  /** Without a session, and as a pending user. */
  async expectAccountRequired(request: (client: Api) => Promise<Answer>): Promise<void> {
    const pending = await asUser(this.app, 'pending');
    expect(await request(api(this.app.url))).toMatchObject(refusal(401, Detail.notAuthenticated));
    expect(await request(pending.api)).toMatchObject(refusal(401, Detail.accessProhibited));
  }

  /**
   * Anonymous clients, another user's chat, an unknown chat. The id of the unchanged chat: administrators may be asked
   * next.
   */
  async expectRefusals(request: (client: Api, id: string) => Promise<Answer>, detail: string): Promise<string> {
    const { id } = await createChat(this.user.api);
    const read = async () => (await this.user.api.get(`${CHATS}/${id}`)).body;
    const before = await read();
    await this.expectAccountRequired((client) => request(client, id));
    expect(await request(this.other.api, id)).toMatchObject(refusal(401, detail));
    expect(await request(this.user.api, 'nope')).toMatchObject(refusal(401, detail));
    expect(await read()).toEqual(before);
    return id;
  }

  /** As `expectRefusals`, and administrators have no more rights than others. */
  async expectOwnerOnly(request: (client: Api, id: string) => Promise<Answer>, detail: string): Promise<void> {
    const id = await this.expectRefusals(request, detail);
    expect(await request(this.admin.api, id)).toMatchObject(refusal(401, detail));
  }
}

/** Call it in `describe`. With `newUsers` each test has its own two users. */
export function chatStage({ newUsers = false, env = {} }: { newUsers?: boolean; env?: Record<string, string> } = {}) {
  const stage = new ChatStage();
  const addUsers = async () => {
    [stage.user, stage.other] = [await asUser(stage.app), await asUser(stage.app)];
  };
  beforeAll(async () => {
    stage.app = await startTestApp(env);
    stage.admin = await asUser(stage.app, 'admin');
    if (!newUsers) await addUsers();
  });
  if (newUsers) beforeEach(addUsers);
  afterAll(() => stage.app.close());
  return stage;
}
