import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DiscoveryService, ModulesContainer, NestFactory } from '@nestjs/core';
import { DataSource, type Driver } from 'typeorm';
import { AppModule } from '../../src/app.module';
import { dataSourceOptions } from '../../src/platform/database/data-source-options';
import { migrationsIn } from '../../src/platform/database/database.module';
import { runMigrations } from '../../src/platform/database/run-migrations';
import { allMigrations } from '../support/migrations';
import { createTestDatabase, type TestDatabase } from '../support/database';

const SOURCES = resolve(__dirname, '../../src');

const entityFiles = (): string[] =>
  readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.entity.ts'));

/** Every class that an entity file exports. */
async function entities(): Promise<(new () => object)[]> {
  const files = await Promise.all(
    entityFiles().map((file) => import(join(SOURCES, file)) as Promise<Record<string, unknown>>),
  );
  return files.flatMap((exported) =>
    Object.values(exported).filter((value) => typeof value === 'function'),
  ) as (new () => object)[];
}

/** Names that only migrations can declare: foreign keys across modules, checks, and indexes that TypeORM cannot express. */
const INEXPRESSIBLE = `
  SELECT conname AS name FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'c')
  UNION
  SELECT class.relname FROM pg_index JOIN pg_class class ON class.oid = indexrelid
    JOIN pg_am am ON am.oid = class.relam
  WHERE relnamespace = 'public'::regnamespace
    AND (indexprs IS NOT NULL OR am.amname <> 'btree' OR 0 <> ANY (indoption)
      OR EXISTS (SELECT FROM pg_opclass WHERE pg_opclass.oid = ANY (indclass) AND NOT opcdefault))`;

describe('migrations', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  const names = async (sql: string): Promise<string[]> =>
    (await dataSource.query<{ name: string }[]>(sql)).map(({ name }) => name).sort();
  const tables = () => names(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);

  beforeAll(async () => {
    database = await createTestDatabase({ isEmpty: true });
    const options = dataSourceOptions(database.connection, 2);
    dataSource = await new DataSource({
      ...options,
      entities: await entities(),
      migrations: await allMigrations(),
    }).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('make the tables of the entities from nothing', async () => {
    await runMigrations(dataSource);
    const expected = [...dataSource.entityMetadatas.map(({ tableName }) => tableName), 'migrations'];
    expect(await tables()).toEqual(expected.sort());
  });

  it('leave no difference to the entities', async () => {
    const exempt = await names(INEXPRESSIBLE);
    sendOneByOne(dataSource.driver);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    const drift = upQueries.map(({ query }) => query).filter((query) => !exempt.some((name) => isDropOf(query, name)));
    expect(drift).toEqual([]);
  });

  it('can be reverted one by one, and run again', async () => {
    for (let left = dataSource.migrations.length; left > 0; left--) await dataSource.undoLastMigration();
    expect(await tables()).toEqual(['migrations']);
    await runMigrations(dataSource);
    expect(await tables()).toContain('user');
  });

  it('have a number each, and are registered by a module', async () => {
    const classes = await allMigrations();
    const numbers = classes.map(({ name }) => /\d{13}$/.exec(name)?.[0]);
    expect(new Set(numbers).size).toBe(classes.length);
    expect(numbers).not.toContain(undefined);
    const app = await NestFactory.create(AppModule, { preview: true, logger: false });
    const registered = migrationsIn(new DiscoveryService(app.get(ModulesContainer)));
    expect(registered.map(({ name }) => name).sort()).toEqual(classes.map(({ name }) => name).sort());
    await app.close();
  });
});

/** TypeORM compares with many queries at once on one connection, which pg will refuse: here each waits for the last. */
function sendOneByOne(driver: Driver): void {
  const createRunner = driver.createQueryRunner.bind(driver);
  driver.createQueryRunner = (mode) => {
    const runner = createRunner(mode);
    const send = runner.query.bind(runner) as (...query: unknown[]) => Promise<unknown>;
    let last: Promise<unknown> = Promise.resolve();
    const sendLater = (...query: unknown[]) => (last = last.then(() => send(...query)));
    return Object.assign(runner, { query: sendLater });
  };
}

const isDropOf = (query: string, name: string): boolean =>
  new RegExp(`^(DROP INDEX "public"\\."${name}"|ALTER TABLE \\S+ DROP CONSTRAINT "${name}")`).test(query);
