import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Credential } from './credential.entity';

@Injectable()
export class CredentialRepository {
  constructor(private readonly database: Database) {}

  find(userId: string): Promise<Credential | null> {
    return this.database.repository(Credential).findOneBy({ userId });
  }

  async insert(userId: string, passwordHash: string | null): Promise<void> {
    await this.database.repository(Credential).insert({ userId, passwordHash });
  }

  async setPassword(userId: string, passwordHash: string): Promise<void> {
    await this.database.repository(Credential).upsert({ userId, passwordHash }, ['userId']);
  }
}
