import { Injectable } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import { CountingThrottlerGuard } from './counting-throttler.guard';
import { networkOf } from './network-of';

/** Before anybody looks at credentials: the limit of a network, so that guessing them is limited too. */
@Injectable()
export class AddressThrottlerGuard extends CountingThrottlerGuard {
  protected override counterOf(name: string, { ip }: AuthenticatedRequest): string | null {
    return name === 'address' ? `address:${networkOf(ip ?? '')}` : null;
  }
}
