import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../platform/jobs/job-kind';
import { KnownAddressRepository } from './passwords/known-address.repository';
import { SessionRepository } from './sessions/session.repository';

const CLEANUP = { name: 'auth.forget-expired', schedule: '23 * * * *' };

/** Deletes revocations of expired tokens, and networks without a recent sign-in. */
@Injectable()
export class AuthCleanupJob {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly addresses: KnownAddressRepository,
  ) {}

  @JobHandler(CLEANUP)
  async run(): Promise<void> {
    await this.sessions.deleteExpired();
    await this.addresses.deleteOld();
  }
}
