import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import type { UsageResponse } from './usage.dto';
import { UsageService } from './usage.service';

@ApiTags('app')
@ApiAuth()
@Controller('api/usage')
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @ApiOperation({ summary: 'How busy the installation is' })
  @Get()
  get(@CurrentPrincipal() principal: Principal): Promise<UsageResponse> {
    return this.usage.get(principal);
  }
}
