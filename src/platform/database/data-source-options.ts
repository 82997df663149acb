import { DefaultNamingStrategy, type DataSourceOptions } from 'typeorm';
import type { PoolEnv } from '../env/database-env';
import type { ConnectionOptions } from './connection';

/** Advisory lock that serialises migrations of several nodes: the bytes of "conf". */
export const MIGRATION_LOCK = 0x636f6e66;

/** TypeORM options of a connection, without entities and migrations. */
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
    namingStrategy: new SnakeNamingStrategy(),
    applicationName: 'confab',
    installExtensions: false,
    extra: { connectionTimeoutMillis: wait, idleTimeoutMillis: 30_000, maxLifetimeSeconds: maxAge },
  };
}

const snake = (name: string): string => name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();

/** Maps camelCase properties to snake_case columns and tables. */
class SnakeNamingStrategy extends DefaultNamingStrategy {
  override tableName(className: string, customName: string | undefined): string {
    return customName ?? snake(className);
  }

  override columnName(propertyName: string, customName: string, embeddedPrefixes: string[]): string {
    return snake([...embeddedPrefixes, customName || propertyName].join('_'));
  }

  override joinColumnName(relationName: string, referencedColumnName: string): string {
    return snake(`${relationName}_${referencedColumnName}`);
  }
}
