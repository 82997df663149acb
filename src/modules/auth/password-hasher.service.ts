import { randomBytes } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { compare, hash } from 'bcrypt';
import { TooManyRequestsError } from '../../common/errors/app-error';
import { Semaphore } from '../../common/util/semaphore';
import { Env } from '../../platform/env/env';
import { cutPassword } from './password-rules';

const COST = 12;
const TEST_COST = 4;
/** Of the four threads that Node has for files and host names, too. */
const MAX_PARALLEL = 2;
const MAX_WAITING = 100;
/** Seconds after which a queue of that length is worked off. */
const RETRY_AFTER = 10;
/** Nobody's password is so long; not even its beginning is compared. */
const MAX_COMPARED_LENGTH = 4096;

/** bcrypt off the event loop, a few at a time. */
@Injectable()
export class PasswordHasher implements OnApplicationBootstrap {
  private readonly cost: number;
  private readonly turns = new Semaphore(MAX_PARALLEL);
  private decoy: Promise<string> | undefined;

  constructor(env: Env) {
    this.cost = env.isTest ? TEST_COST : COST;
  }

  /** Not awaited: the first sign-in of an unknown address must not be slower than the second. */
  onApplicationBootstrap(): void {
    void this.decoyHash();
  }

  /** @throws TooManyRequestsError when too many passwords wait already. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, this.cost));
  }

  /**
   * Takes the same time whether there is a hash to compare with or not.
   * @throws TooManyRequestsError when too many passwords wait already.
   */
  async verify(password: string, passwordHash: string | null): Promise<boolean> {
    if (password.length > MAX_COMPARED_LENGTH) return false;
    const known = passwordHash ?? (await this.decoyHash());
    const isEqual = await this.inTurn(() => compare(cutPassword(password), known));
    return isEqual && passwordHash !== null;
  }

  private decoyHash(): Promise<string> {
    this.decoy ??= hash(randomBytes(24).toString('base64'), this.cost);
    return this.decoy;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.turns.waiting >= MAX_WAITING) throw new TooManyRequestsError(RETRY_AFTER);
    return this.turns.run(work);
  }
}
