import { Injectable } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import { CountingThrottlerGuard } from './counting-throttler.guard';
import { networkOf } from './network-of';

/** Who is calling is known: the limit of the account, or of the address without one, and that of the API key. */
@Injectable()
export class RequestThrottlerGuard extends CountingThrottlerGuard {
  protected override readonly names = ['account', 'key'];

  protected override counterOf(name: string, { user, ip }: AuthenticatedRequest): string | null {
    if (name === 'account') return user ? `user:${user.id}` : `stranger:${networkOf(ip ?? '')}`;
    return user?.credential.kind === 'api_key' ? `key:${user.credential.keyId}` : null;
  }
}
