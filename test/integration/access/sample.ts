import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AccessModule } from '../../../src/modules/access/access.module';
import type { AccessPrincipal } from '../../../src/modules/access/access.types';
import { ShareableRepository } from '../../../src/modules/access/shareable.repository';
import type { Permission } from '../../../src/modules/access/access-grant.entity';
import { CryptoModule } from '../../../src/platform/crypto/crypto.module';
import { Database } from '../../../src/platform/database/database';
import { DatabaseModule } from '../../../src/platform/database/database.module';
import { Env } from '../../../src/platform/env/env';
import { EnvModule } from '../../../src/platform/env/env.module';
import { EventsModule } from '../../../src/platform/events/events.module';
import { SettingsModule } from '../../../src/platform/settings/settings.module';
import { createTestDatabase } from '../../support/database';

/** The smallest shareable resource: what every domain's table has in common. */
@Entity('sample')
export class Sample {
  @PrimaryColumn('text')
  id: string;

  @Column('text', { nullable: true })
  ownerId: string | null;
}

@Injectable()
export class SampleRepository extends ShareableRepository<Sample> {
  readonly resource = {
    type: 'sample',
    entity: Sample,
    id: 'id',
    owner: 'ownerId',
    order: { column: 'id', direction: 'ASC', tie: 'id' },
  } as const;

  async idsFor(caller: AccessPrincipal, level: Permission): Promise<string[]> {
    return (await this.findAllFor(caller, level)).map(({ id }) => id);
  }

  /** Puts a condition in the place of all that `visibleTo()` may have set. */
  async idsWhere(caller: AccessPrincipal, condition: string): Promise<string[]> {
    const rows = await this.visibleTo(caller, 'read').where(condition).getMany();
    return rows.map(({ id }) => id);
  }
}

export interface SampleApp {
  module: TestingModule;
  close(): Promise<void>;
}

/** The access module with the sample table on an own database; real: PostgreSQL, settings; nothing is faked. */
export async function startSampleApp(variables: Record<string, string> = {}): Promise<SampleApp> {
  const database = await createTestDatabase();
  const module = await Test.createTestingModule({
    imports: [
      ...[EnvModule, CryptoModule, DatabaseModule, EventsModule, SettingsModule],
      AccessModule,
      DatabaseModule.forFeature({ entities: [Sample] }),
    ],
    providers: [SampleRepository],
  })
    .overrideProvider(Env)
    .useValue(new Env({ NODE_ENV: 'test', DATABASE_URL: database.url, WEBUI_SECRET_KEY: 'shared', ...variables }))
    .compile();
  await module.init();
  await module.get(Database).query('CREATE TABLE sample (id text PRIMARY KEY, owner_id text)');
  await module.get(Database).query('CREATE INDEX sample_owner ON sample (owner_id)');
  return {
    module,
    close: async () => {
      await module.close();
      await database.drop();
    },
  };
}
