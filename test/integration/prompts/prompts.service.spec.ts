import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import type { Principal } from '../../../src/common/auth/principal';
import { PromptsModule } from '../../../src/modules/prompts/prompts.module';
import { PromptsService } from '../../../src/modules/prompts/prompts.service';
import { CryptoModule } from '../../../src/platform/crypto/crypto.module';
import { DatabaseModule } from '../../../src/platform/database/database.module';
import { Env } from '../../../src/platform/env/env';
import { EnvModule } from '../../../src/platform/env/env.module';
import { EventsModule } from '../../../src/platform/events/events.module';
import { SettingsModule } from '../../../src/platform/settings/settings.module';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { queriesOf } from '../../support/query-counter';
import { PromptDetail } from '../../../src/modules/prompts/prompts.errors';

const caller = (id: string, change: Partial<Principal> = {}): Principal => ({
  ...{ id, role: 'user', name: id, email: `${id}@example.com`, groupIds: [] },
  credential: { kind: 'jwt', token: '', jti: '', expiresAt: null },
  ...change,
});
const form = (command: string) => ({ command, title: 'Title', content: 'Content' });

/** Real: PostgreSQL and the modules below prompts. Not there: HTTP. */
describe('PromptsService', () => {
  let database: TestDatabase;
  let module: TestingModule;
  let prompts: PromptsService;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    module = await Test.createTestingModule({
      imports: [EnvModule, CryptoModule, DatabaseModule, EventsModule, SettingsModule, PromptsModule],
    })
      .overrideProvider(Env)
      .useValue(new Env({ NODE_ENV: 'test', DATABASE_URL: database.url, WEBUI_SECRET_KEY: 'shared' }))
      .compile();
    await module.init();
    prompts = module.get(PromptsService);
    dataSource = module.get(DataSource);
  });
  afterAll(async () => {
    await module.close();
    await database.drop();
  });

  it('gives a command to one of twenty concurrent requests', async () => {
    const wanted = Array.from({ length: 20 }, (_, index) => prompts.create(caller(`user${index}`), form('/wanted')));
    const results = await Promise.allSettled(wanted);
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.detail] : []));
    expect(refusals).toEqual(Array(19).fill(PromptDetail.commandTaken));
    expect((await prompts.list(caller('root', { role: 'admin' }))).filter((p) => p.command === '/wanted')).toHaveLength(
      1,
    );
  });

  it('leaves no prompt behind when a deletion and an update meet', async () => {
    const owner = caller('meeting');
    await prompts.create(owner, form('/meeting'));
    await Promise.allSettled([
      prompts.update(owner, '/meeting', { ...form('/meeting'), access_control: { read: { user_ids: ['bob'] } } }),
      prompts.delete(owner, '/meeting'),
    ]);
    expect(await dataSource.query("SELECT 1 FROM prompt WHERE command = '/meeting'")).toEqual([]);
    expect(await dataSource.query("SELECT 1 FROM access_grant WHERE resource_id = '/meeting'")).toEqual([]);
  });

  it('does not inherit the grants of an earlier prompt of the same name', async () => {
    await dataSource.query("INSERT INTO access_grant VALUES ('prompt', '/reused', 'read', 'user', 'bob')");
    await prompts.create(caller('ann'), { ...form('/reused'), access_control: {} });
    expect((await prompts.list(caller('bob'))).map(({ command }) => command)).not.toContain('/reused');
  });

  describe('with 10,000 prompts of 100 owners', () => {
    const owner = caller('owner7', { groupIds: ['g3'] });

    beforeAll(async () => {
      await dataSource.query(`
        INSERT INTO "user" (id, email, name, role, profile_image_url, last_active_at, updated_at, created_at)
        SELECT 'owner' || i, i || '@example.com', 'Owner ' || i, 'user', '', 0, 0, 0 FROM generate_series(0, 99) i`);
      await dataSource.query(`
        INSERT INTO prompt (command, user_id, title, content, timestamp)
        SELECT '/many' || i, 'owner' || i % 100, 'Title', repeat('Some content. ', 50), i FROM generate_series(1, 10000) i`);
      await dataSource.query(`
        INSERT INTO access_grant SELECT 'prompt', '/many' || i, 'read', 'user', 'owner' || (i * 7) % 100
        FROM generate_series(1, 10000) i`);
      await dataSource.query(`
        INSERT INTO access_grant SELECT 'prompt', '/many' || i, 'write', 'group', 'g' || i % 1000
        FROM generate_series(1, 10000) i`);
      await dataSource.query('ANALYZE');
    });

    it('lists the readable ones with two queries', async () => {
      const queries = await queriesOf(dataSource, async () => {
        expect(await prompts.list(owner)).toHaveLength(200);
      });
      expect(queries).toHaveLength(2);
    });

    it('lists the editable ones and their owners with three queries', async () => {
      const queries = await queriesOf(dataSource, async () => {
        const list = await prompts.listEditable(owner);
        expect(list).toHaveLength(110);
        expect(list.every(({ user, user_id }) => user?.id === user_id)).toBe(true);
      });
      expect(queries).toHaveLength(3);
    });

    it('lists all for an administrator with as many', async () => {
      const admin = caller('root', { role: 'admin' });
      const queries = await queriesOf(dataSource, async () => {
        expect((await prompts.listEditable(admin)).length).toBeGreaterThanOrEqual(10_000);
      });
      expect(queries).toHaveLength(3);
    });

    it('reads, changes and deletes one with a constant number of queries', async () => {
      const command = '/many7';
      const request = { ...form(command), access_control: {} };
      const reads = await queriesOf(dataSource, () => prompts.get(owner, command));
      const changes = await queriesOf(dataSource, () => prompts.update(owner, command, request));
      const deletions = await queriesOf(dataSource, () => prompts.delete(owner, command));
      expect([reads, changes, deletions].map((queries) => queries.length)).toEqual([2, 4, 3]);
    });
  });
});
