import { Body, Controller, Get, Ip, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Public, Roles } from '../../../common/auth/access-rules';
import { Audited } from '../../../platform/audit/audited.decorator';
import { SessionUserResponse } from '../auth.dto';
import type { SessionAnswer } from '../session-answers.service';
import { LdapConfigService } from './ldap-config.service';
import { LdapSignInService } from './ldap-sign-in.service';
import {
  LdapServerRequest,
  LdapServerResponse,
  LdapSignInRequest,
  LdapSwitchRequest,
  LdapSwitchResponse,
} from './ldap.dto';

@ApiTags('auths')
@ApiAuth()
@Controller('api/v1/auths')
export class LdapController {
  constructor(
    private readonly signIns: LdapSignInService,
    private readonly config: LdapConfigService,
  ) {}

  @ApiOperation({ summary: 'Sign in with the password of the directory' })
  @ApiOkResponse({ type: SessionUserResponse })
  @Public()
  @Audited()
  @Post('ldap')
  signIn(@Body() request: LdapSignInRequest, @Ip() address: string): Promise<SessionAnswer<SessionUserResponse>> {
    return this.signIns.signIn(request, address);
  }

  @ApiOperation({ summary: 'Whether the directory is used' })
  @Roles('admin')
  @Get('admin/config/ldap')
  getSwitch(): LdapSwitchResponse {
    return this.config.getSwitch();
  }

  @Roles('admin')
  @Post('admin/config/ldap')
  saveSwitch(@Body() request: LdapSwitchRequest): Promise<LdapSwitchResponse> {
    return this.config.saveSwitch(request);
  }

  @ApiOperation({ summary: 'How the directory is reached and searched' })
  @Roles('admin')
  @Get('admin/config/ldap/server')
  getServer(): LdapServerResponse {
    return this.config.getServer();
  }

  @Roles('admin')
  @Post('admin/config/ldap/server')
  saveServer(@Body() request: LdapServerRequest): Promise<LdapServerResponse> {
    return this.config.saveServer(request);
  }
}
