import { Injectable } from '@nestjs/common';
import { nowSeconds } from '../../../../common/util/time';
import { Database } from '../../../../platform/database/database';
import { OAuthSession } from './oauth-session.entity';

@Injectable()
export class OAuthSessionRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<OAuthSession | null> {
    return this.database.repository(OAuthSession).findOneBy({ id });
  }

  findOfUser(userId: string): Promise<OAuthSession[]> {
    return this.database.repository(OAuthSession).find({ where: { userId }, order: { createdAt: 'DESC', id: 'ASC' } });
  }

  findAt(userId: string, provider: string): Promise<OAuthSession | null> {
    return this.database.repository(OAuthSession).findOneBy({ userId, provider });
  }

  /** Replaces all sessions of the user at the provider. */
  async replace(session: Omit<OAuthSession, 'createdAt' | 'updatedAt'>): Promise<void> {
    const { userId, provider } = session;
    const now = nowSeconds();
    await this.database.repository(OAuthSession).delete({ userId, provider });
    await this.database.repository(OAuthSession).insert({ ...session, createdAt: now, updatedAt: now });
  }

  async update(id: string, change: Pick<OAuthSession, 'sealed' | 'expiresAt'>): Promise<void> {
    await this.database.repository(OAuthSession).update(id, { ...change, updatedAt: nowSeconds() });
  }

  /** A no-op if the tokens were replaced meanwhile. */
  async deleteUnchanged({ id, sealed }: Pick<OAuthSession, 'id' | 'sealed'>): Promise<void> {
    await this.database.repository(OAuthSession).delete({ id, sealed });
  }

  async delete(id: string): Promise<void> {
    await this.database.repository(OAuthSession).delete(id);
  }
}
