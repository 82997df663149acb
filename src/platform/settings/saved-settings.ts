import { Client, type ClientConfig } from 'pg';
import { runningServer } from '../database/embedded/running-server';
import type { Env } from '../env/env';
import type { SavedSettings } from './list-variables';

const UNDEFINED_TABLE = '42P01';

/** Reads the saved settings without starting the application; null when the embedded database is not running. */
export async function readSavedSettings({ databaseUrl, dataDir }: Env): Promise<SavedSettings | null> {
  const config = databaseUrl === undefined ? await runningServer(dataDir) : { connectionString: databaseUrl };
  return config ? read(config) : null;
}

async function read(config: ClientConfig): Promise<SavedSettings> {
  const client = new Client(config);
  await client.connect();
  try {
    const sql = `SELECT section || '.' || key AS place, value FROM setting`;
    const { rows } = await client.query<{ place: string; value: unknown }>(sql);
    return new Map(rows.map(({ place, value }) => [place, value]));
  } catch (error) {
    if ((error as { code?: string }).code === UNDEFINED_TABLE) return new Map();
    throw error;
  } finally {
    await client.end();
  }
}
