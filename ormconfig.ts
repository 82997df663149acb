import 'reflect-metadata';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './src/platform/database/data-source-options';

/**
 * For the TypeORM command line only: `npx typeorm -d dist/ormconfig.js migration:show`. It needs `DATABASE_URL`; the
 * server itself migrates when it starts.
 */
const url = process.env.DATABASE_URL;
if (!url) throw new Error('Set DATABASE_URL for the TypeORM command line.');

export default new DataSource({
  ...dataSourceOptions({ url }, 2),
  entities: [join(__dirname, 'src/**/*.entity.{ts,js}')],
  migrations: [join(__dirname, 'src/**/migrations/*.{ts,js}')],
});
