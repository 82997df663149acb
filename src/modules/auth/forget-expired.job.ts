import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobsService } from '../../platform/jobs/jobs.service';
import { KnownAddressRepository } from './known-address.repository';
import { SessionRepository } from './session.repository';

const FORGET_EXPIRED = { name: 'auth.forget-expired' };
const HOURLY = '23 * * * *';

/** Removes what has no effect any more: revocations of tokens that expired, networks that nobody signs in from. */
@Injectable()
export class ForgetExpiredJob implements OnModuleInit {
  constructor(
    private readonly jobs: JobsService,
    private readonly sessions: SessionRepository,
    private readonly addresses: KnownAddressRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.handle(FORGET_EXPIRED, () => this.run(), HOURLY);
  }

  async run(): Promise<void> {
    await this.sessions.deleteExpired();
    await this.addresses.deleteOld();
  }
}
