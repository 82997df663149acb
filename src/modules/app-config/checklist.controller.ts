import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import type { ChecklistResponse } from './checklist.dto';
import { ChecklistService } from './checklist.service';

@ApiTags('configs')
@ApiAuth()
@Roles('admin')
@Controller('api/v1/configs/checklist')
export class ChecklistController {
  constructor(private readonly checklist: ChecklistService) {}

  @ApiOperation({ summary: 'What is left to do after the first start' })
  @Get()
  get(@CurrentPrincipal() principal: Principal): Promise<ChecklistResponse> {
    return this.checklist.get(principal);
  }
}
