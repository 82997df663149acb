import { rm } from 'node:fs/promises';
import { testState } from './database-server';

export default async function globalTeardown(): Promise<void> {
  await testState.stop?.();
  if (testState.dataDir) await rm(testState.dataDir, { recursive: true, force: true });
}
