import { Injectable, Logger } from '@nestjs/common';
import { OnEvent } from '../../../platform/events/event-bus';
import { HttpClient } from '../../../platform/http-client/http-client';
import { JobHandler, type JobKind } from '../../../platform/jobs/job-kind';
import { JobsService } from '../../../platform/jobs/jobs.service';
import { UserSignedUp } from '../../auth/auth.events';
import { toUserResponse } from '../../users/users.dto';
import { UsersService } from '../../users/users.service';
import { AppSettings } from '../app.settings';
import { signUpNotice } from './sign-up-notice';

const SIGN_UP_NOTICE: JobKind<{ userId: string }> = { name: 'app-config.sign-up-notice', retries: 4 };
const TIMEOUT = 10_000;

/** Sends new accounts to the administrators' webhook in the background, so that sign-ups never wait or fail. */
@Injectable()
export class SignUpNoticeJob {
  private readonly logger = new Logger(SignUpNoticeJob.name);

  constructor(
    private readonly jobs: JobsService,
    private readonly users: UsersService,
    private readonly http: HttpClient,
    private readonly settings: AppSettings,
  ) {}

  @OnEvent(UserSignedUp)
  async enqueue({ userId }: UserSignedUp): Promise<void> {
    if (this.settings.webhook_url !== '') await this.jobs.enqueue(SIGN_UP_NOTICE, { userId });
  }

  /** @throws when the receiver does not accept the notice; the job is retried. */
  @JobHandler(SIGN_UP_NOTICE)
  async run({ userId }: { userId: string }): Promise<void> {
    const { webhook_url: url, name, interface_version: version } = this.settings;
    const account = url === '' ? null : await this.users.find(userId);
    if (!account) return;
    const notice = signUpNotice(url, toUserResponse(await this.users.getWhole(userId)), { name, version });
    try {
      await this.post(url, JSON.stringify(notice));
    } catch (error) {
      // Never log the URL: it is a credential.
      this.logger.warn(`Sign-up webhook failed: ${error instanceof Error ? error.message : 'unknown'}`);
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
