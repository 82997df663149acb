import { rm } from 'node:fs/promises';
import { testState } from './database-server';

export default async function globalTeardown(): Promise<void> {
  await testState.stop?.();
  if (testState.directory) await rm(testState.directory, { recursive: true, force: true });
}
