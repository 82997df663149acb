import { Injectable } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import { CountingThrottlerGuard } from './counting-throttler.guard';
import { networkOf } from './network-of';

/** Before anybody looks at credentials: the limit of a network, so that guessing them is limited too. */
@Injectable()
export class AddressThrottlerGuard extends CountingThrottlerGuard {
  protected override readonly names = ['address'];

  protected override counterOf(_name: string, { ip }: AuthenticatedRequest): string {
    return `address:${networkOf(ip ?? '')}`;
  }
}
