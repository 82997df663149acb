import { randomBytes } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { compare, hash } from 'bcrypt';
import { TooManyRequestsError } from '../../../common/errors/app-error';
import { Semaphore } from '../../../common/util/semaphore';
import { Env } from '../../../platform/env/env';
import { cutPassword } from './password-rules';

const COST = 12;
const TEST_COST = 4;
/** Leaves threads of libuv's pool (four) for files and DNS. */
const MAX_PARALLEL = 2;
const MAX_WAITING = 100;
/** Seconds until a full queue is processed. */
const RETRY_AFTER = 10;
/** UTF-16 units. Longer passwords are refused without a comparison. */
const MAX_COMPARED_LENGTH = 4096;

/** Runs bcrypt off the event loop, with limited concurrency. */
@Injectable()
export class PasswordHasherService implements OnApplicationBootstrap {
  private readonly cost: number;
  private readonly queue = new Semaphore(MAX_PARALLEL);
  private decoy: Promise<string> | undefined;

  constructor(env: Env) {
    this.cost = env.isTest ? TEST_COST : COST;
  }

  /** Prepares the decoy, so that the first sign-in with an unknown address is not slower than later ones. */
  onApplicationBootstrap(): void {
    void this.decoyHash();
  }

  /** @throws TooManyRequestsError when the queue is full. */
  hash(password: string): Promise<string> {
    return this.queued(() => hash(password, this.cost));
  }

  /**
   * Takes the same time for a null hash (unknown account).
   * @throws TooManyRequestsError when the queue is full.
   */
  async verify(password: string, passwordHash: string | null): Promise<boolean> {
    if (password.length > MAX_COMPARED_LENGTH) return false;
    const expected = passwordHash ?? (await this.decoyHash());
    const isEqual = await this.queued(() => compare(cutPassword(password), expected));
    return isEqual && passwordHash !== null;
  }

  private decoyHash(): Promise<string> {
    this.decoy ??= hash(randomBytes(24).toString('base64'), this.cost);
    return this.decoy;
  }

  private async queued<T>(work: () => Promise<T>): Promise<T> {
    if (this.queue.waiting >= MAX_WAITING) throw new TooManyRequestsError(RETRY_AFTER);
    return this.queue.run(work);
  }
}
