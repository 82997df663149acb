import { Injectable } from '@nestjs/common';
import { TooManyRequestsError } from '../../../common/errors/app-error';
import { Keyring } from '../../../platform/crypto/keyring';
import { AttemptCounter } from '../../../platform/throttling/attempt-counter';
import { networkOf } from '../../../platform/throttling/throttle-key';
import { SessionSettings } from '../auth.settings';
import { KnownAddressRepository } from './known-address.repository';

/**
 * One network fills at most this fraction (1/3) of the limit that all networks share for an account, so that it takes
 * three networks to lock a user out.
 */
const NETWORK_SHARE = 3;

/** An attempt that the limits admitted. */
export interface Attempt {
  /** Refunds the network's attempt, and stores the network as known for this user. */
  succeeded(userId: string): Promise<void>;
}

/**
 * Limits on guessing passwords (docs/adr/0008-sign-in-limits.md). Attempts are counted before the password is compared,
 * so that parallel requests cannot exceed a limit.
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
    await this.countAcrossNetworks(email, account, network, before < limit / NETWORK_SHARE);
    return {
      succeeded: async (userId) => {
        await this.counter.refund(addressKey(network));
        await this.addresses.save(userId, network);
      },
    };
  }

  /** @throws TooManyRequestsError */
  async signUp(address: string): Promise<void> {
    await this.countAddress(this.keyring.fingerprint(networkOf(address)));
  }

  /** A stolen session must not be used to guess the password. @throws TooManyRequestsError */
  async changePassword(userId: string): Promise<void> {
    await this.take(`password:${userId}`, this.settings.signin_limit);
  }

  private async countAddress(network: string): Promise<void> {
    const { signin_address_limit: limit } = this.settings;
    if (limit > 0) await this.take(addressKey(network), limit);
  }

  /** Networks of earlier sign-ins of the user are exempt. */
  private async countAcrossNetworks(email: string, account: string, network: string, counts: boolean): Promise<void> {
    const key = `signin:${account}`;
    const { signin_limit: limit } = this.settings;
    const { retryAfter } = await (counts ? this.counter.hit(key, limit) : this.counter.peek(key, limit));
    if (retryAfter > 0 && !(await this.addresses.isKnown(email, network))) throw new TooManyRequestsError(retryAfter);
  }

  /** @returns the number of attempts before this one. */
  private async take(key: string, limit: number): Promise<number> {
    const { before, retryAfter } = await this.counter.hit(key, limit);
    if (retryAfter > 0) throw new TooManyRequestsError(retryAfter);
    return before;
  }
}

const addressKey = (network: string): string => `address:${network}`;
