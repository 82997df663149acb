import { type DataSourceOptions } from 'typeorm';
import { SnakeNamingStrategy } from './snake-naming.strategy';
import type { PoolEnv } from '../env/pool-env';
import type { ConnectionOptions } from './connection';
import { migrations } from './migrations';

/** Advisory lock that serialises migrations of several nodes: "confab" as a number. */
const MIGRATION_LOCK = 0x636f6e66;

export { MIGRATION_LOCK };

/** TypeORM's options for a connection; entities are added by the caller. */
export function dataSourceOptions(
  connection: ConnectionOptions,
  poolSize: number,
  { wait, maxAge }: Omit<PoolEnv, 'size'> = { wait: 10_000, maxAge: 0 },
): DataSourceOptions {
  const target = 'url' in connection ? connection : { ...connection, username: connection.user };
  return {
    type: 'postgres',
    ...target,
    poolSize,
    migrations,
    namingStrategy: new SnakeNamingStrategy(),
    applicationName: 'confab',
    installExtensions: false,
    extra: { connectionTimeoutMillis: wait, idleTimeoutMillis: 30_000, maxLifetimeSeconds: maxAge },
  };
}
