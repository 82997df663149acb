import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { Env } from '../../../platform/env/env';
import { StorageDriver } from '../../../platform/storage/storage-driver';
import { ModelsService } from '../../models/models.service';
import type { ChecklistItem, ChecklistResponse } from './configs.dto';

/** Checks for administrators after the first start, each with the next command. */
@Injectable()
export class ChecklistService {
  constructor(
    private readonly env: Env,
    private readonly storage: StorageDriver,
    private readonly models: ModelsService,
  ) {}

  async get(principal: Principal): Promise<ChecklistResponse> {
    const [provider, storage] = await Promise.all([this.provider(principal), this.fileStorage()]);
    return { items: [this.database(), this.secret(), provider, EMBEDDING, storage] };
  }

  private database(): ChecklistItem {
    const isExternal = this.env.databaseUrl !== undefined;
    return {
      id: 'database',
      title: 'Database',
      state: 'done',
      text: isExternal
        ? 'The PostgreSQL of DATABASE_URL.'
        : `The PostgreSQL that this server runs itself, in ${join(this.env.dataDir, 'postgres')}. Use one of your own for several nodes.`,
      command: isExternal ? null : 'DATABASE_URL=postgresql://user:password@host:5432/confab npm start',
    };
  }

  private secret(): ChecklistItem {
    const isOwn = this.env.secretKey !== undefined;
    const file = this.env.secretKeyFile ?? join(this.env.dataDir, 'secret.key');
    return {
      id: 'secret',
      title: 'Secret',
      state: 'done',
      text: isOwn
        ? 'WEBUI_SECRET_KEY is set. Stored keys of providers cannot be read without it: keep it with your backups.'
        : `Generated at the first start, in ${file}. Stored keys of providers cannot be decrypted without it: back it up.`,
      command: isOwn ? null : `cp ${quoted(file)} /a/safe/place/`,
    };
  }

  private async provider(principal: Principal): Promise<ChecklistItem> {
    const { length } = await this.models.list(principal);
    return {
      id: 'provider',
      title: 'Model provider',
      state: length > 0 ? 'done' : 'todo',
      text:
        length > 0
          ? `${length} models.`
          : 'No provider offers a model. Configure one by environment variables or in the admin settings.',
      command: length > 0 ? null : 'OPENAI_API_BASE_URL=http://localhost:8000/v1 OPENAI_API_KEY=sk-… npm start',
    };
  }

  private async fileStorage(): Promise<ChecklistItem> {
    const isWritable = await this.canWrite();
    const directory = join(this.env.dataDir, 'uploads');
    return {
      id: 'storage',
      title: 'File storage',
      state: isWritable ? 'done' : 'todo',
      text: isWritable ? `The folder ${directory}.` : `The folder ${directory} is not writable.`,
      command: isWritable ? null : `chown -R "$(id -u)" ${quoted(directory)}`,
    };
  }

  private async canWrite(): Promise<boolean> {
    const key = `checklist-${randomUUID()}`;
    try {
      await this.storage.put(key, probe());
      await this.storage.delete(key);
      return true;
    } catch {
      return false;
    }
  }
}

/** Quotes a path for a shell command. */
const quoted = (path: string): string => (/^[\w./@%+:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

async function* probe(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('A probe.');
}

const EMBEDDING: ChecklistItem = {
  id: 'embedding',
  title: 'Embedding',
  state: 'absent',
  text: 'Search in documents is not part of this release.',
  command: null,
};
