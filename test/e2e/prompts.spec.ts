/** @services */
import { DataSource } from 'typeorm';
import { Detail } from '../../src/common/errors/details';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { createGroup } from '../support/factories/groups';
import { api, type Answer, type Api } from '../support/http';
import { queriesOf } from '../support/query-counter';
import { PromptDetail } from '../../src/modules/prompts/prompts.errors';

const ROOT = '/api/v1/prompts';
const none = { group_ids: [], user_ids: [] };
const refusal = (status: number, detail: string) => ({ status, body: { detail } });
const commandsOf = ({ body }: Answer<{ command: string }[]>) => body.map(({ command }) => command);

describe('/api/v1/prompts', () => {
  let app: TestApp;
  let admin: TestUser;
  /** Holds `workspace.prompts`. */
  let author: TestUser;
  let reader: TestUser;
  /** Member of `group`. */
  let member: TestUser;
  let group: string;
  let count = 0;

  const pathOf = (command: string) => `${ROOT}/command/${encodeURIComponent(command.slice(1))}`;

  /** A prompt of the author; private by default. */
  async function createPrompt(access_control: object | null = {}, owner = author): Promise<string> {
    const command = `/prompt${++count}`;
    const form = { command, title: `Title ${count}`, content: 'Content', access_control };
    expect(await owner.api.post(`${ROOT}/create`, form)).toMatchObject({ status: 200 });
    return command;
  }

  beforeAll(async () => {
    app = await startTestApp();
    admin = await asUser(app, 'admin');
    [author, reader, member] = await Promise.all([asUser(app), asUser(app), asUser(app)]);
    await createGroup(admin, [author], { workspace: { prompts: true }, sharing: { prompts: true } });
    group = await createGroup(admin, [member]);
  });
  afterAll(() => app.close());

  const routes: [string, (client: Api) => Promise<Answer>][] = [
    ['GET /', (client) => client.get(`${ROOT}/`)],
    ['GET /list', (client) => client.get(`${ROOT}/list`)],
    ['POST /create', (client) => client.post(`${ROOT}/create`, {})],
    ['GET /command/{command}', (client) => client.get(`${ROOT}/command/any`)],
    ['POST /command/{command}/update', (client) => client.post(`${ROOT}/command/any/update`, {})],
    ['DELETE /command/{command}/delete', (client) => client.delete(`${ROOT}/command/any/delete`)],
  ];

  describe.each(routes)('%s', (_, send) => {
    it('requires credentials', async () => {
      expect(await send(api(app.url))).toMatchObject(refusal(401, Detail.notAuthenticated));
    });

    it('refuses pending accounts', async () => {
      const pending = await asUser(app, 'pending');
      expect(await send(pending.api)).toMatchObject(refusal(401, Detail.accessProhibited));
    });
  });

  describe('GET /api/v1/prompts/', () => {
    it('lists own, granted and public prompts of a user, newest first', async () => {
      const [own, published] = [await createPrompt(), await createPrompt(null, admin)];
      const toReader = await createPrompt({ read: { user_ids: [reader.id] } });
      const toGroup = await createPrompt({ read: { group_ids: [group] } });
      const writable = await createPrompt({ write: { user_ids: [reader.id], group_ids: [group] } });
      await app.get(DataSource).query(`UPDATE prompt SET timestamp = substring(command FROM '[0-9]+')::int`);

      expect(commandsOf(await reader.api.get(`${ROOT}/`))).toEqual([toReader, published]);
      expect(commandsOf(await member.api.get(`${ROOT}/`))).toEqual([toGroup, published]);
      expect(commandsOf(await author.api.get(ROOT))).toEqual([writable, toGroup, toReader, published, own]);
    });

    it('lists prompts of the same second in the order in which they were made, last one first', async () => {
      const made: string[] = [];
      for (const name of ['m', 'z', 'a', 'k']) {
        await author.api.post(`${ROOT}/create`, {
          command: `/tie-${name}`,
          title: '',
          content: '',
          access_control: {},
        });
        made.unshift(`/tie-${name}`);
      }
      await app.get(DataSource).query('UPDATE prompt SET timestamp = 7');
      const listed = commandsOf(await author.api.get(ROOT));
      expect(listed.filter((command) => command.startsWith('/tie-'))).toEqual(made);
    });

    it('lists everything for administrators', async () => {
      const command = await createPrompt();
      expect(commandsOf(await admin.api.get(`${ROOT}/`))).toContain(command);
    });

    it('shows the fields of the contract in their order', async () => {
      const command = await createPrompt({ read: { user_ids: [reader.id] } });
      const { body } = await author.api.get(`${ROOT}/`);
      const prompt = body.find((item: { command: string }) => item.command === command);
      expect(Object.entries(prompt)).toEqual([
        ['command', command],
        ['user_id', author.id],
        ['title', expect.any(String)],
        ['content', 'Content'],
        ['timestamp', expect.any(Number)],
        ['access_control', { read: { ...none, user_ids: [reader.id] }, write: none }],
      ]);
    });

    it('takes as many queries for many prompts as for none', async () => {
      const list = (user: TestUser) => queriesOf(app.get(DataSource), () => user.api.get(`${ROOT}/`));
      const newUser = await asUser(app);
      await newUser.api.get(`${ROOT}/`);
      await author.api.get(`${ROOT}/`);
      expect((await list(author)).length).toBe((await list(newUser)).length);
    });
  });

  describe('GET /api/v1/prompts/list', () => {
    it('lists editable prompts, with the summary of the owner only', async () => {
      const [own, toReader] = [await createPrompt(), await createPrompt({ write: { user_ids: [reader.id] } })];
      const toGroup = await createPrompt({ write: { group_ids: [group] } });
      const readable = await createPrompt({ read: { user_ids: [reader.id], group_ids: [group] } });
      const published = await createPrompt(null, admin);

      const { body } = await reader.api.get(`${ROOT}/list`);
      const found = body.find((item: { command: string }) => item.command === toReader);
      expect(found.user).toEqual({ id: author.id, name: author.name, role: 'user', email: author.email });
      expect(body).toHaveLength(2);
      expect(commandsOf(await member.api.get(`${ROOT}/list`))).toContain(toGroup);
      const authors = commandsOf(await author.api.get(`${ROOT}/list`));
      expect(authors).toEqual(expect.arrayContaining([own, toReader, toGroup, readable]));
      expect(authors).not.toContain(published);
      expect(commandsOf(await admin.api.get(`${ROOT}/list`))).toEqual(expect.arrayContaining([own, published]));
    });

    it('hands what a deleted account shared to the administrator, and removes the rest', async () => {
      const gone = await asUser(app);
      await createGroup(admin, [gone], {
        workspace: { prompts: true },
        sharing: { prompts: true, public_prompts: true },
      });
      const [hidden, published] = [await createPrompt({}, gone), await createPrompt(null, gone)];
      const command = await createPrompt({ read: { user_ids: [gone.id, reader.id] } }, gone);
      const shared = await createPrompt({ read: { user_ids: [gone.id, reader.id] } });
      expect((await admin.api.delete(`/api/v1/users/${gone.id}`)).body).toBe(true);

      const { body } = await admin.api.get(`${ROOT}/list`);
      const prompt = body.find((item: { command: string }) => item.command === command);
      expect(prompt).toMatchObject({ user_id: admin.id, user: { id: admin.id } });
      expect(commandsOf(await admin.api.get(`${ROOT}/list`))).not.toContain(hidden);
      expect((await reader.api.get(pathOf(published))).body).toMatchObject({ user_id: admin.id, access_control: null });
      expect((await reader.api.get(pathOf(command))).body.access_control.read.user_ids).toEqual([reader.id]);
      expect((await admin.api.get(pathOf(shared))).body.access_control.read.user_ids).toEqual([reader.id]);
      expect((await admin.api.delete(`${pathOf(command)}/delete`)).body).toBe(true);
    });

    it('drops the grants of a deleted group', async () => {
      const doomed = await createGroup(admin, [reader]);
      const command = await createPrompt({ read: { group_ids: [doomed, group] } });
      expect((await admin.api.delete(`/api/v1/groups/id/${doomed}/delete`)).body).toBe(true);
      expect((await author.api.get(pathOf(command))).body.access_control.read.group_ids).toEqual([group]);
    });
  });

  describe('POST /api/v1/prompts/create', () => {
    const form = (change: object = {}) => ({ command: `/new${++count}`, title: 'T', content: 'C', ...change });
    const create = (body: unknown, user = author) => user.api.post(`${ROOT}/create`, body);

    it('stores the prompt as it was sent', async () => {
      const sent = form({ content: '<script>alert(1)</script> {{name}} \u202e🙂', access_control: {} });
      const { status, body, headers } = await create(sent);
      expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('application/json')]);
      expect(body).toEqual({ ...sent, user_id: author.id, timestamp: expect.any(Number) });
      expect((await author.api.get(pathOf(sent.command))).body).toEqual(body);
    });

    it.each(['prompts', 'prompts_import'])('admits holders of workspace.%s', async (key) => {
      const user = await asUser(app);
      expect(await create(form(), user)).toMatchObject(refusal(401, Detail.unauthorized));
      await createGroup(admin, [user], { workspace: { [key]: true } });
      expect(await create(form(), user)).toMatchObject({ status: 200 });
    });

    it('checks the permission before the body', async () => {
      expect(await create({ title: 1 }, reader)).toMatchObject(refusal(401, Detail.unauthorized));
    });

    it.each([
      ['absent', {}],
      ['null', { access_control: null }],
    ])('makes it private when access_control is %s and publishing is not permitted', async (_, change) => {
      const { body } = await create(form(change));
      expect(body.access_control).toEqual({});
      expect((await reader.api.get(pathOf(body.command))).status).toBe(401);
    });

    it('publishes for holders of sharing.public_prompts and for administrators', async () => {
      const publisher = await asUser(app);
      await createGroup(admin, [publisher], { workspace: { prompts: true }, sharing: { public_prompts: true } });
      for (const user of [publisher, admin]) {
        const { body } = await create(form(), user);
        expect(body.access_control).toBeNull();
        expect((await reader.api.get(pathOf(body.command))).status).toBe(200);
      }
    });

    it('ignores grants without sharing.prompts', async () => {
      const loner = await asUser(app);
      await createGroup(admin, [loner], { workspace: { prompts: true } });
      const { body } = await create(form({ access_control: { read: { user_ids: [reader.id] } } }), loner);
      expect(body.access_control).toEqual({});
      expect((await reader.api.get(pathOf(body.command))).status).toBe(401);
    });

    it('refuses a command that is taken, by whomever', async () => {
      const command = await createPrompt({}, admin);
      expect(await create(form({ command }))).toMatchObject(refusal(400, PromptDetail.commandTaken));
      expect(await create(form({ command: command.slice(1) }))).toMatchObject(refusal(400, PromptDetail.commandTaken));
    });

    it('gives it to one of twenty at once', async () => {
      const sent = form();
      const answers = await Promise.all(Array.from({ length: 20 }, () => create(sent)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ body }) => body.detail === PromptDetail.commandTaken)).toHaveLength(19);
    });

    it('adds a missing slash', async () => {
      const { body } = await create(form({ command: 'bare' }));
      expect(body.command).toBe('/bare');
    });

    it.each(['', '/', '/a b', '/a/b', '/..', '\u0000'])('refuses the command %j', async (command) => {
      expect((await create(form({ command }))).status).toBe(400);
    });

    it('answers 422 with every fault of the body', async () => {
      const { status, body } = await create({ command: '/x'.repeat(200), content: 5, access_control: { read: [] } });
      expect(status).toBe(422);
      expect(body.detail.map(({ type, loc }: { type: string; loc: string[] }) => [type, loc.join('.')])).toEqual([
        ['string_too_long', 'body.command'],
        ['missing', 'body.title'],
        ['string_type', 'body.content'],
        ['model_attributes_type', 'body.access_control.read'],
      ]);
      expect((await create(undefined)).status).toBe(422);
    });

    it('stores text without U+0000 and lone surrogates', async () => {
      const command = `/odd${++count}`;
      const access = `{"read":{"user_ids":["u\\u0000","\\udc00"]}}`;
      const text = `{"command":"${command}\\u0000","title":"a\\u0000b","content":"\\ud800","access_control":${access}}`;
      const { status, body } = await author.api.post(`${ROOT}/create`, text);
      expect(status).toBe(200);
      expect(body).toMatchObject({ command, title: 'ab', content: '\ufffd' });
      expect(body.access_control.read.user_ids).toEqual(['u', '\ufffd']);
    });
  });

  describe('GET /api/v1/prompts/command/{command}', () => {
    it('returns it to every reader', async () => {
      const command = await createPrompt({ read: { user_ids: [reader.id], group_ids: [group] } });
      for (const user of [author, reader, member, admin])
        expect(await user.api.get(pathOf(command))).toMatchObject({ status: 200, body: { command } });
    });

    it('finds commands with any characters', async () => {
      const command = `/Ünï-%3F?#&+${++count}`;
      await author.api.post(`${ROOT}/create`, { command, title: 'T', content: 'C' });
      expect((await author.api.get(pathOf(command))).body).toMatchObject({ command });
    });

    it('does not distinguish a forbidden prompt from an unknown one', async () => {
      const command = await createPrompt({ write: { user_ids: [reader.id] } });
      for (const path of [pathOf(command), `${ROOT}/command/nope`, `${ROOT}/command/%00`, `${ROOT}/command/a%2Fb`])
        expect(await reader.api.get(path)).toMatchObject(refusal(401, Detail.notFound));
    });
  });

  describe('POST /api/v1/prompts/command/{command}/update', () => {
    const update = (user: TestUser, command: string, change: object = {}) =>
      user.api.post(`${pathOf(command)}/update`, { command, title: 'New', content: 'New content', ...change });

    it('replaces title, content and sharing, and never the command', async () => {
      const command = await createPrompt();
      await app.get(DataSource).query('UPDATE prompt SET timestamp = 5 WHERE command = $1', [command]);
      const access_control = { read: { ...none, user_ids: [reader.id] }, write: none };
      const { body } = await update(author, command, { command: '/renamed', access_control });
      expect(body).toMatchObject({ command, title: 'New', content: 'New content', access_control });
      expect(body.timestamp).toBeGreaterThan(5);
      expect((await reader.api.get(pathOf(command))).body).toEqual(body);
    });

    it('leaves the sharing as it is when none is sent', async () => {
      const command = await createPrompt({ read: { user_ids: [reader.id] } });
      expect((await update(author, command)).body.access_control.read.user_ids).toEqual([reader.id]);
      const published = await createPrompt(null, admin);
      expect((await update(admin, published)).body.access_control).toBeNull();
    });

    it('does not publish without sharing.public_prompts, and keeps public what is', async () => {
      const command = await createPrompt({ read: { user_ids: [reader.id] } });
      expect((await update(author, command, { access_control: null })).body.access_control).toEqual({});
      await update(admin, command, { access_control: null });
      expect((await update(author, command, { access_control: null })).body.access_control).toBeNull();
    });

    it('adds no grant without sharing.prompts; existing ones may stay or be removed', async () => {
      const owner = await asUser(app);
      const may = await createGroup(admin, [owner], { workspace: { prompts: true }, sharing: { prompts: true } });
      const command = await createPrompt({ read: { user_ids: [reader.id, member.id] } }, owner);
      await admin.api.post(`/api/v1/groups/id/${may}/update`, {
        name: 'G',
        description: '',
        permissions: { workspace: { prompts: true } },
      });
      const wanted = { read: { user_ids: [reader.id, author.id] }, write: { group_ids: [group] } };
      expect((await update(owner, command, { access_control: wanted })).body.access_control).toEqual({
        read: { ...none, user_ids: [reader.id] },
        write: none,
      });
    });

    it.each(['user', 'group'])('lets a %s with a write grant change the text and not the sharing', async (kind) => {
      const [user, grantees] = kind === 'user' ? [reader, { user_ids: [reader.id] }] : [member, { group_ids: [group] }];
      const stored = { read: none, write: { ...none, ...grantees } };
      const command = await createPrompt(stored);
      for (const access_control of [null, {}, { read: { user_ids: [user.id] } }]) {
        const { body } = await update(user, command, { access_control });
        expect(body).toMatchObject({ title: 'New', access_control: stored });
      }
    });

    it('refuses those who may only read, or not even that', async () => {
      const command = await createPrompt({ read: { user_ids: [reader.id] } });
      for (const user of [reader, member])
        expect(await update(user, command)).toMatchObject(refusal(401, Detail.accessProhibited));
      expect(await update(reader, '/nope')).toMatchObject(refusal(401, Detail.notFound));
      expect((await author.api.get(pathOf(command))).body.content).toBe('Content');
    });

    it('answers 422 without the fields of the form', async () => {
      const command = await createPrompt();
      const { status, body } = await author.api.post(`${pathOf(command)}/update`, {});
      expect([status, body.detail.map(({ loc }: { loc: string[] }) => loc[1])]).toEqual([
        422,
        ['command', 'title', 'content'],
      ]);
    });
  });

  describe('DELETE /api/v1/prompts/command/{command}/delete', () => {
    it('deletes for the owner, administrators and write grants', async () => {
      for (const user of [author, admin, reader, member]) {
        const command = await createPrompt({ write: { user_ids: [reader.id], group_ids: [group] } });
        expect(await user.api.delete(`${pathOf(command)}/delete`)).toMatchObject({ status: 200, body: true });
        expect((await author.api.get(pathOf(command))).status).toBe(401);
      }
    });

    it('frees the command, and its grants die with it', async () => {
      const command = await createPrompt({ read: { user_ids: [reader.id] } });
      await author.api.delete(`${pathOf(command)}/delete`);
      await author.api.post(`${ROOT}/create`, { command, title: 'T', content: 'C', access_control: {} });
      expect((await reader.api.get(pathOf(command))).status).toBe(401);
    });

    it('refuses others', async () => {
      const command = await createPrompt({ read: { user_ids: [reader.id] } });
      for (const user of [reader, member])
        expect(await user.api.delete(`${pathOf(command)}/delete`)).toMatchObject(refusal(401, Detail.accessProhibited));
      expect(await reader.api.delete(`${ROOT}/command/nope/delete`)).toMatchObject(refusal(401, Detail.notFound));
      expect((await author.api.get(pathOf(command))).status).toBe(200);
    });
  });
});

describe('/api/v1/prompts with BYPASS_ADMIN_ACCESS_CONTROL=false', () => {
  let app: TestApp;
  let admin: TestUser;
  let author: TestUser;

  beforeAll(async () => {
    const BYPASS_ADMIN_ACCESS_CONTROL = 'false';
    app = await startTestApp({
      BYPASS_ADMIN_ACCESS_CONTROL,
      USER_PERMISSIONS_WORKSPACE_PROMPTS_ACCESS: 'true',
      USER_PERMISSIONS_WORKSPACE_PROMPTS_ALLOW_SHARING: 'true',
    });
    [admin, author] = [await asUser(app, 'admin'), await asUser(app)];
  });
  afterAll(() => app.close());

  it('treats administrators like users', async () => {
    const form = { title: 'T', content: 'C' };
    const forAdmin = { write: { ...none, user_ids: [admin.id] } };
    await author.api.post(`${ROOT}/create`, { ...form, command: '/private', access_control: {} });
    await author.api.post(`${ROOT}/create`, { ...form, command: '/writable', access_control: forAdmin });

    expect(commandsOf(await admin.api.get(`${ROOT}/`))).toEqual([]);
    expect(commandsOf(await admin.api.get(`${ROOT}/list`))).toEqual(['/writable']);
    expect(await admin.api.get(`${ROOT}/command/private`)).toMatchObject(refusal(401, Detail.notFound));
    for (const send of [admin.api.post, admin.api.delete] as const) {
      const path = `${ROOT}/command/private/${send === admin.api.post ? 'update' : 'delete'}`;
      expect(await send(path, { ...form, command: '/private' })).toMatchObject(refusal(401, Detail.accessProhibited));
    }
    const change = { ...form, command: '/writable', access_control: {} };
    const { body } = await admin.api.post(`${ROOT}/command/writable/update`, change);
    expect(body.access_control).toMatchObject(forAdmin);
  });
});
