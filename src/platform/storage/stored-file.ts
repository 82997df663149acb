import { lookup } from 'mime-types';
import { FileResponse } from '../../common/http/answers/file-response';
import { isStorageKey, type StorageDriver } from './storage-driver';

/** An object whose type follows from the extension of its key; null for an unknown key. */
export async function storedFile(storage: StorageDriver, key: string): Promise<FileResponse | null> {
  const object = isStorageKey(key) ? await storage.find(key) : null;
  if (!object) return null;
  const { size, updatedAt } = object;
  const type = lookup(key) || 'application/octet-stream';
  return new FileResponse({ size, open: (range) => storage.get(key, range) }, { type, updatedAt });
}
