import { IsInt, Min } from 'class-validator';
import { Test, type TestingModule } from '@nestjs/testing';
import { BadRequestError } from '../../../src/common/errors/app-error';
import { CryptoModule } from '../../../src/platform/crypto/crypto.module';
import { Database } from '../../../src/platform/database/database';
import { DatabaseModule } from '../../../src/platform/database/database.module';
import { Transaction } from '../../../src/platform/database/transaction';
import { Env as BootEnv } from '../../../src/platform/env/env';
import { EnvModule } from '../../../src/platform/env/env.module';
import { EventBus } from '../../../src/platform/events/event-bus';
import { EventsModule } from '../../../src/platform/events/events.module';
import { Env, Secret, SettingsSection, StoredAt, type SettingsClass } from '../../../src/platform/settings/decorators';
import { SettingsChanged } from '../../../src/platform/settings/settings-changed.event';
import { SettingsModule } from '../../../src/platform/settings/settings.module';
import { SettingsStore } from '../../../src/platform/settings/settings-store';
import { createTestDatabase, type TestDatabase } from '../../support/database';

@SettingsSection('sample')
class SampleSettings {
  @Env('SAMPLE_SIZE') @IsInt() @Min(1) size = 10;
  @Env('SAMPLE_TITLE') title: string | null = 'Untitled';
  @Secret() key = '';
  tags: string[] = [];
}

@SettingsSection('guarded', { savedWith: 'SAVE_GUARDED' })
class GuardedSettings {
  @StoredAt('guarded.size') @Env('GUARDED_SIZE') size = 10;
}

describe('SettingsStore', () => {
  let database: TestDatabase;
  const nodes: TestingModule[] = [];

  /** One server process, as far as settings are concerned. */
  async function startNode(
    variables: Record<string, string> = {},
    sections: SettingsClass[] = [SampleSettings],
  ): Promise<TestingModule> {
    const imports = [EnvModule, CryptoModule, DatabaseModule, EventsModule, SettingsModule];
    const module = await Test.createTestingModule({ imports: [...imports, SettingsModule.forFeature(sections)] })
      .overrideProvider(BootEnv)
      .useValue(new BootEnv({ NODE_ENV: 'test', DATABASE_URL: database.url, WEBUI_SECRET_KEY: 'shared', ...variables }))
      .compile();
    nodes.push(await module.init());
    return module;
  }

  const settingsOf = (node: TestingModule) => node.get(SampleSettings, { strict: false });
  const save = (node: TestingModule, change: Partial<SampleSettings>) =>
    node.get(SettingsStore).save(SampleSettings, change);
  const changed = (node: TestingModule) =>
    new Promise<SettingsChanged>((resolve) => node.get(EventBus).subscribe(SettingsChanged, resolve));

  beforeAll(async () => (database = await createTestDatabase()));
  afterAll(() => database.drop());
  afterEach(async () => {
    await nodes[0]?.get(Database).query('TRUNCATE setting');
    for (const node of nodes.splice(0)) await node.close();
  });

  it('ranks default, environment and saved override', async () => {
    expect(settingsOf(await startNode())).toMatchObject({ size: 10, title: 'Untitled' });
    const node = await startNode({ SAMPLE_SIZE: '20' });
    expect(settingsOf(node).size).toBe(20);
    await save(node, { size: 30 });
    expect(settingsOf(await startNode({ SAMPLE_SIZE: '20' })).size).toBe(30);
  });

  it('stores what was saved, null and values that equal their default included', async () => {
    const node = await startNode();
    await save(node, { size: 10, title: null });
    const rows = await node.get(Database).query('SELECT key, value FROM setting ORDER BY key');
    expect(rows).toEqual([
      { key: 'size', value: 10 },
      { key: 'title', value: null },
    ]);
    expect(settingsOf(await startNode({ SAMPLE_SIZE: '20' }))).toMatchObject({ size: 10, title: null });
  });

  it('goes back to the default of the environment when a field is reset', async () => {
    const node = await startNode({ SAMPLE_SIZE: '20' });
    await save(node, { size: 30 });
    await node.get(SettingsStore).save(SampleSettings, { title: 'New' }, ['size']);
    expect(settingsOf(node)).toMatchObject({ size: 20, title: 'New' });
    expect(await node.get(Database).query('SELECT key FROM setting')).toEqual([{ key: 'title' }]);
  });

  it('reads a value that was saved before its field became a secret, and seals it with the next change', async () => {
    const node = await startNode();
    const store = `INSERT INTO setting (section, key, value, updated_at) VALUES ('sample', 'key', '"sk-plain"', 0)`;
    await node.get(Database).query(store);
    const later = await startNode();
    expect(settingsOf(later).key).toBe('sk-plain');
    await save(later, { key: 'sk-sealed' });
    expect(settingsOf(await startNode()).key).toBe('sk-sealed');
    expect(JSON.stringify(await node.get(Database).query('SELECT * FROM setting'))).not.toContain('sk-');
  });

  it('changes nothing when a value is not allowed', async () => {
    const node = await startNode();
    await expect(save(node, { size: 0, title: 'New' })).rejects.toThrow(BadRequestError);
    expect(settingsOf(node)).toMatchObject({ size: 10, title: 'Untitled' });
  });

  it('changes nothing when the surrounding transaction fails', async () => {
    const node = await startNode();
    const work = node.get(Transaction).run(async () => {
      await save(node, { size: 30 });
      throw new Error('later failure');
    });
    await expect(work).rejects.toThrow('later failure');
    expect(settingsOf(node).size).toBe(10);
    expect(settingsOf(await startNode()).size).toBe(10);
  });

  it('reaches the other nodes', async () => {
    const [one, two] = [await startNode(), await startNode()];
    const arrival = changed(two);
    await save(one, { size: 30, tags: ['a'], key: 'sk-1' });
    expect((await arrival).keys.toSorted()).toEqual(['key', 'size', 'tags']);
    expect(settingsOf(two)).toMatchObject({ size: 30, tags: ['a'], key: 'sk-1' });
  });

  it('keeps secrets sealed in the database', async () => {
    const node = await startNode();
    await save(node, { key: 'sk-secret' });
    expect(JSON.stringify(await node.get(Database).query('SELECT * FROM setting'))).not.toContain('sk-secret');
    expect(settingsOf(await startNode()).key).toBe('sk-secret');
    expect(settingsOf(await startNode({ WEBUI_SECRET_KEY: 'another' })).key).toBe('');
  });

  it('ignores or deletes saved overrides when the environment says so', async () => {
    await save(await startNode(), { size: 30 });
    expect(settingsOf(await startNode({ ENABLE_PERSISTENT_CONFIG: 'false' })).size).toBe(10);
    expect(settingsOf(await startNode()).size).toBe(30);
    expect(settingsOf(await startNode({ RESET_CONFIG_ON_START: 'true' })).size).toBe(10);
    expect(settingsOf(await startNode()).size).toBe(10);
  });

  it('leaves sections to the environment that are saved with a variable only', async () => {
    const start = async (variables: Record<string, string>) => {
      const node = await startNode(variables, [GuardedSettings]);
      return { store: node.get(SettingsStore), live: node.get(GuardedSettings, { strict: false }) };
    };
    const { store } = await start({ SAVE_GUARDED: 'true' });
    await store.save(GuardedSettings, { size: 30 });
    expect((await start({ SAVE_GUARDED: 'true' })).live.size).toBe(30);
    const without = await start({ GUARDED_SIZE: '20' });
    expect(without.live.size).toBe(20);
    await without.store.refresh(GuardedSettings);
    expect(without.live.size).toBe(20);
    expect(without.store.all().find(({ type }) => type === GuardedSettings)?.fields).toEqual([]);
  });

  it.each([
    ['SAMPLE_SIZE', 'many', 'expected a number'],
    ['SAMPLE_SIZE', '0', 'size'],
  ])('refuses %s=%s', async (name, value, reason) => {
    const node = await startNode({ [name]: value }, []);
    await expect(node.get(SettingsStore).register(SampleSettings)).rejects.toThrow(reason);
  });
});
