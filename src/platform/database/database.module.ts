import { Global, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  DataSource,
  type DataSourceOptions,
  type EntityTarget,
  type MigrationInterface,
  type ObjectLiteral,
} from 'typeorm';
import { Env } from '../env/env';
import { DatabaseConnection } from './connection';
import { dataSourceOptions } from './data-source-options';
import { Database } from './database';
import { DatabaseHealth } from './database-health';
import { openDataSource } from './open-data-source';
import { Transaction } from './transaction';

export type MigrationClass = new () => MigrationInterface;

/** Entities and migrations of a module. */
interface DatabaseFeature {
  entities: EntityClass[];
  /** Run at start-up in the order of the timestamps in their names, across modules. */
  migrations?: MigrationClass[];
}
type EntityClass = Extract<EntityTarget<ObjectLiteral>, new (...parameters: never[]) => ObjectLiteral>;

const MIGRATIONS = Symbol('Migrations');

/** The migrations of all modules of the application. */
export const migrationsIn = (discovery: DiscoveryService): MigrationClass[] =>
  discovery
    .getProviders()
    .filter(({ token }) => token === MIGRATIONS)
    .flatMap(({ instance }) => instance as MigrationClass[]);

@Global()
@Module({ providers: [DatabaseConnection], exports: [DatabaseConnection] })
class ConnectionModule {}

@Module({})
class DatabaseFeatureModule {}

/**
 * The connection pool. Migrations run before other providers are created; closed last, followed by the embedded server.
 */
@Global()
@Module({
  imports: [
    ConnectionModule,
    TypeOrmModule.forRootAsync({
      imports: [DiscoveryModule],
      inject: [DatabaseConnection, Env, DiscoveryService],
      useFactory: async (connection: DatabaseConnection, env: Env, discovery: DiscoveryService) => ({
        ...dataSourceOptions(await connection.options(), env.databasePool.size, env.databasePool),
        schema: env.databaseSchema,
        autoLoadEntities: true,
        migrations: migrationsIn(discovery),
        // `openDataSource` retries itself and reports the cause.
        toRetry: () => false,
      }),
      dataSourceFactory: (options) => openDataSource(options as DataSourceOptions),
    }),
  ],
  providers: [Database, DatabaseHealth, Transaction],
  exports: [Database, DatabaseHealth, Transaction],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly dataSource: DataSource,
    private readonly connection: DatabaseConnection,
  ) {}

  /** Registers entities and migrations of the importing module. */
  static forFeature({ entities, migrations = [] }: DatabaseFeature): DynamicModule {
    return {
      module: DatabaseFeatureModule,
      imports: [TypeOrmModule.forFeature(entities)],
      providers: [{ provide: MIGRATIONS, useValue: migrations }],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
    await this.connection.stop();
  }
}
