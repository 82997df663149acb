import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AccessModule } from '../../../src/modules/access/access.module';
import type { Caller } from '../../../src/modules/access/access.types';
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
  protected readonly resource = { type: 'sample', entity: Sample, id: 'id', owner: 'ownerId' } as const;

  async insert(...rows: Sample[]): Promise<void> {
    await this.database.repository(Sample).insert(rows);
  }

  async idsFor(caller: Caller, level: Permission): Promise<string[]> {
    const rows = await this.visibleTo(caller, level).orderBy('sample.id').getMany();
    return rows.map(({ id }) => id);
  }

  /** Puts a condition in the place of all that `visibleTo()` may have set. */
  async idsWhere(caller: Caller, condition: string): Promise<string[]> {
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
      TypeOrmModule.forFeature([Sample]),
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
