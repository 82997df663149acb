import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Public, Roles } from '../../../common/auth/access-rules';
import { Audited } from '../../../platform/audit/audited.decorator';
import { SessionUserResponse } from '../auth.dto';
import { Origin, type RequestOrigin } from '../guards/request-origin';
import type { SessionResponse } from '../sessions/session-response.service';
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

  @ApiOperation({ summary: 'Sign in with a directory password' })
  @ApiOkResponse({ type: SessionUserResponse })
  @Public()
  @Audited({ isSession: true })
  @Post('ldap')
  signIn(
    @Body() request: LdapSignInRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<SessionResponse<SessionUserResponse>> {
    return this.signIns.signIn(request, origin);
  }

  @ApiOperation({ summary: 'Whether LDAP sign-in is enabled' })
  @Roles('admin')
  @Get('admin/config/ldap')
  getSwitch(): LdapSwitchResponse {
    return this.config.getSwitch();
  }

  @ApiOperation({ summary: 'Enable or disable LDAP sign-in' })
  @Roles('admin')
  @Post('admin/config/ldap')
  saveSwitch(@Body() request: LdapSwitchRequest): Promise<LdapSwitchResponse> {
    return this.config.saveSwitch(request);
  }

  @ApiOperation({ summary: 'Connection and search settings of the directory' })
  @Roles('admin')
  @Get('admin/config/ldap/server')
  getServer(): LdapServerResponse {
    return this.config.getServer();
  }

  @ApiOperation({ summary: 'Save the connection and search settings of the directory' })
  @Roles('admin')
  @Post('admin/config/ldap/server')
  saveServer(@Body() request: LdapServerRequest): Promise<LdapServerResponse> {
    return this.config.saveServer(request);
  }
}
