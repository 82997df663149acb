import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { ProvidersSettings } from '../../../src/modules/providers/providers.settings';
import type { Chunk } from '../../../src/modules/retrieval/splitting/splitting.types';
import { DocumentIndexService, type DocumentTarget } from '../../../src/modules/retrieval/index/document-index.service';
import type { DocumentScope } from '../../../src/modules/retrieval/index/document-scope';
import { SearchModule } from '../../../src/modules/retrieval/search/search.module';
import { CryptoModule } from '../../../src/platform/crypto/crypto.module';
import { DatabaseModule } from '../../../src/platform/database/database.module';
import { Env } from '../../../src/platform/env/env';
import { EnvModule } from '../../../src/platform/env/env.module';
import { EventsModule } from '../../../src/platform/events/events.module';
import { HttpClientModule } from '../../../src/platform/http-client/http-client.module';
import { JobsModule } from '../../../src/platform/jobs/jobs.module';
import { SettingsModule } from '../../../src/platform/settings/settings.module';
import { createTestDatabase } from '../../support/database';

/** Retrieval from the index to the search, on a database of its own with the accounts `u0` to `u9`. */
export interface RetrievalStage {
  module: TestingModule;
  dataSource: DataSource;
  index: DocumentIndexService;
  /** Writes a document of these chunks into a collection, whose name is that of the document, too. */
  write(collection: string, chunks: readonly (string | Chunk)[], change?: Partial<WriteForm>): Promise<number>;
  close(): Promise<void>;
}

interface WriteForm {
  ownerId: string;
  mode: 'add' | 'overwrite';
  name: string;
  hash: string;
}

export async function retrievalStage(variables: Record<string, string> = {}): Promise<RetrievalStage> {
  const database = await createTestDatabase();
  const env = new Env({ NODE_ENV: 'test', DATABASE_URL: database.url, WEBUI_SECRET_KEY: 'shared', ...variables });
  const platform = [EnvModule, CryptoModule, DatabaseModule, EventsModule, JobsModule, HttpClientModule];
  const module = await Test.createTestingModule({
    imports: [...platform, SettingsModule, SettingsModule.forFeature([ProvidersSettings]), SearchModule],
  })
    .overrideProvider(Env)
    .useValue(env)
    .compile();
  await module.init();
  const dataSource = module.get(DataSource);
  await dataSource.query(`
    INSERT INTO "user" (id, email, name, role, profile_image_url, last_active_at, updated_at, created_at)
    SELECT 'u' || i, i || '@example.com', 'U', 'user', '', 0, 0, 0 FROM generate_series(0, 9) i`);
  const index = module.get(DocumentIndexService);
  return {
    ...{ module, dataSource, index },
    write: async (collectionName, chunks, { ownerId = 'u0', mode = 'add', name = collectionName, hash = '' } = {}) => {
      const target: DocumentTarget = { ownerId, collectionName, mode };
      const written = await index.write(target, { name, hash, metadata: {} }, chunksOf(chunks), { signal: never });
      return written.chunkCount;
    },
    close: async () => {
      await module.close();
      await database.drop();
    },
  };
}

/** Never aborted. */
export const never = new AbortController().signal;

export async function* chunksOf(chunks: readonly (string | Chunk)[]): AsyncGenerator<Chunk> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? { text: chunk, metadata: {} } : chunk;
}

export const collections = (...names: string[]): DocumentScope => ({ collections: { ownerId: 'u0', names } });
