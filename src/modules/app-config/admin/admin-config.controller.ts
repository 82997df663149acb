import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles, SignedIn } from '../../../common/auth/access-rules';
import { AdminDetailsResponse } from '../../auth/auth.dto';
import { AdminConfigRequest, AdminConfigResponse } from './admin-config.dto';
import { AdminConfigService } from './admin-config.service';

@ApiTags('auths')
@ApiAuth()
@Controller('api/v1/auths/admin')
export class AdminConfigController {
  constructor(private readonly config: AdminConfigService) {}

  @ApiOperation({ summary: 'Administrator to ask for approval; also for pending accounts' })
  @SignedIn()
  @Get('details')
  getDetails(): Promise<AdminDetailsResponse> {
    return this.config.getDetails();
  }

  @ApiOperation({ summary: 'Sign-up, API keys, sessions and interface switches' })
  @Roles('admin')
  @Get('config')
  get(): AdminConfigResponse {
    return this.config.get();
  }

  @ApiOperation({ summary: 'Save sign-up, API keys, sessions and interface switches' })
  @Roles('admin')
  @Post('config')
  save(@Body() request: AdminConfigRequest): Promise<AdminConfigResponse> {
    return this.config.save(request);
  }
}
