import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../platform/events/event-bus';
import { HttpClient } from '../../platform/http-client/http-client';
import { JobsService, type JobKind } from '../../platform/jobs/jobs.service';
import { UserSignedUp } from '../auth/auth.events';
import { toUserResponse } from '../users/users.dto';
import { UsersService } from '../users/users.service';
import { AppSettings } from './app.settings';
import { signUpNotice } from './sign-up-notice';

const SIGN_UP_NOTICE: JobKind<{ userId: string }> = { name: 'app-config.sign-up-notice', retries: 4 };
const TIMEOUT = 10_000;

/** Tells the webhook of the administrators about new accounts, once they are made: nobody's sign-up waits or fails for it. */
@Injectable()
export class SignUpNoticeJob implements OnModuleInit {
  private readonly logger = new Logger(SignUpNoticeJob.name);

  constructor(
    private readonly jobs: JobsService,
    private readonly events: EventBus,
    private readonly users: UsersService,
    private readonly http: HttpClient,
    private readonly settings: AppSettings,
  ) {}

  onModuleInit(): void {
    this.jobs.handle(SIGN_UP_NOTICE, ({ userId }) => this.run(userId));
    this.events.subscribe(UserSignedUp, async ({ userId }) => {
      if (this.settings.webhook_url !== '') await this.jobs.enqueue(SIGN_UP_NOTICE, { userId });
    });
  }

  /** @throws when the receiver does not take it: the queue tries again. */
  private async run(userId: string): Promise<void> {
    const { webhook_url: url, name, interface_version: version } = this.settings;
    const account = url === '' ? null : await this.users.find(userId);
    if (!account) return;
    const notice = signUpNotice(url, toUserResponse(await this.users.getWhole(userId)), { name, version });
    try {
      await this.post(url, JSON.stringify(notice));
    } catch (error) {
      // Never the address: it is all that is needed to write there.
      this.logger.warn(`The webhook was not told of an account: ${error instanceof Error ? error.message : 'unknown'}`);
      throw error;
    }
  }

  private async post(url: string, body: string): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.http.send(url, { method: 'POST', headers, body, timeout: TIMEOUT });
    answer.discard();
    if (!answer.isSuccess) throw new Error(`it answered ${answer.status}`);
  }
}
