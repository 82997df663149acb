import { Injectable } from '@nestjs/common';
import { TooManyRequestsError } from '../../common/errors/app-error';
import { Keyring } from '../../platform/crypto/keyring';
import { AttemptCounter } from '../../platform/throttling/attempt-counter';
import { networkOf } from '../../platform/throttling/network-of';
import { secondsUntilBelow, sumOf } from '../../platform/throttling/tally';
import { KnownAddressRepository } from './known-address.repository';
import { SessionSettings } from './session.settings';

/**
 * How many attempts of one network count towards the limit that all networks without a name share for one account: so
 * few that a single stranger cannot use it up.
 */
const STRANGER_SHARE = 3;

/** An attempt that was let through; to be told how it went. */
export interface Attempt {
  /** The password was right: the network has not guessed, and is known for this user from now on. */
  succeeded(userId: string): Promise<void>;
}

/**
 * Limits on guessing passwords (docs/adr/0010-sign-in-limits.md). Attempts are counted before the password is looked
 * at, so that parallel requests cannot get past a limit.
 */
@Injectable()
export class AttemptsService {
  constructor(
    private readonly counter: AttemptCounter,
    private readonly addresses: KnownAddressRepository,
    private readonly settings: SessionSettings,
    private readonly keyring: Keyring,
  ) {}

  /** @throws TooManyRequestsError */
  async signIn(email: string, address: string): Promise<Attempt> {
    const network = this.keyring.fingerprint(networkOf(address));
    const account = this.keyring.fingerprint(email);
    const { signin_limit: limit } = this.settings;
    await this.countAddress(network);
    const before = await this.take(`signin:${account}:${network}`, limit);
    await this.countStranger(email, account, network, before < limit / STRANGER_SHARE);
    return {
      succeeded: async (userId) => {
        await this.counter.refund(addressKey(network));
        await this.addresses.remember(userId, network);
      },
    };
  }

  /** @throws TooManyRequestsError */
  async signUp(address: string): Promise<void> {
    await this.countAddress(this.keyring.fingerprint(networkOf(address)));
  }

  /** A session in the wrong hands must not find the password either. @throws TooManyRequestsError */
  async changePassword(userId: string): Promise<void> {
    await this.take(`password:${userId}`, this.settings.signin_limit);
  }

  private async countAddress(network: string): Promise<void> {
    const { signin_address_limit: limit } = this.settings;
    if (limit > 0) await this.take(addressKey(network), limit);
  }

  /** Networks from which the user signed in before are not held up by what strangers do. */
  private async countStranger(email: string, account: string, network: string, counts: boolean): Promise<void> {
    const key = `signin:${account}`;
    const { signin_limit: limit } = this.settings;
    const tally = await this.counter.hit(key, counts ? limit : 0);
    const wait = secondsUntilBelow(tally, limit, Date.now());
    if (wait > 0 && !(await this.addresses.isKnown(email, network))) throw new TooManyRequestsError(wait);
  }

  /** @returns the number of attempts before this one. */
  private async take(key: string, limit: number): Promise<number> {
    const tally = await this.counter.hit(key, limit);
    const wait = secondsUntilBelow(tally, limit, Date.now());
    if (wait > 0) throw new TooManyRequestsError(wait);
    return sumOf(tally);
  }
}

const addressKey = (network: string): string => `address:${network}`;
