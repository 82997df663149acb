import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { Env } from '../env/env';
import { DatabaseConnection } from './connection';
import { dataSourceOptions } from './data-source-options';
import { Database } from './database';
import { DatabaseHealth } from './database-health';
import { runMigrations } from './run-migrations';
import { Transaction } from './transaction';

@Global()
@Module({ providers: [DatabaseConnection], exports: [DatabaseConnection] })
class ConnectionModule {}

/** The pool, migrated before anything else is built; closed last, after which the embedded server is stopped. */
@Global()
@Module({
  imports: [
    ConnectionModule,
    TypeOrmModule.forRootAsync({
      inject: [DatabaseConnection, Env],
      useFactory: async (connection: DatabaseConnection, env: Env) => ({
        ...dataSourceOptions(await connection.options(), env.databasePool.size, env.databasePool),
        schema: env.databaseSchema,
        autoLoadEntities: true,
        retryAttempts: env.databaseUrl && !env.isTest ? 10 : 0,
      }),
      dataSourceFactory: async (options) => {
        const dataSource = await new DataSource(options as DataSourceOptions).initialize();
        await runMigrations(dataSource, (options as { schema?: string }).schema);
        return dataSource;
      },
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

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
    await this.connection.stop();
  }
}
