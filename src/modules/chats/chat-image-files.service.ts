import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { StorageDriver, StoredObjectMissingError } from '../../platform/storage/storage-driver';

/** The files of images, by the id of the image. */
@Injectable()
export class ChatImageFilesService {
  constructor(private readonly storage: StorageDriver) {}

  async write(id: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    await this.storage.put(keyOf(id), content);
  }

  /** Null when the file is gone. */
  async open(id: string): Promise<Readable | null> {
    try {
      return await this.storage.get(keyOf(id));
    } catch (error) {
      if (error instanceof StoredObjectMissingError) return null;
      throw error;
    }
  }

  async delete(id: string): Promise<void> {
    await this.storage.delete(keyOf(id));
  }
}

const keyOf = (id: string): string => `chat-images/${id.slice(0, 2)}/${id}`;
