import { Body, Controller, Get, Param, Post, Query, Redirect } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../../../common/auth/access-rules';
import type { Principal } from '../../../../common/auth/principal';
import { Origin, type RequestOrigin } from '../../../auth/guards/request-origin';
import { RegisterClientQuery, RegisterClientRequest, RegisterClientResponse } from './oauth-clients.dto';
import { OAuthClientsService, type Redirection } from './oauth-clients.service';

@ApiTags('configs')
@ApiAuth()
@Controller()
export class OAuthClientsController {
  constructor(private readonly clients: OAuthClientsService) {}

  @ApiOperation({ summary: 'Register this server at the authorization server of an MCP server' })
  @Roles('admin')
  @Post('api/v1/configs/oauth/clients/register')
  register(
    @Body() request: RegisterClientRequest,
    @Query() { type }: RegisterClientQuery,
    @Origin() { url }: RequestOrigin,
  ): Promise<RegisterClientResponse> {
    return this.clients.register(request, type, url);
  }

  @ApiOperation({ summary: 'Redirect to the authorization server of an MCP server' })
  @Get('oauth/clients/:client_id/authorize')
  @Redirect()
  authorize(
    @CurrentPrincipal() principal: Principal,
    @Param('client_id') clientId: string,
    @Origin() { url }: RequestOrigin,
  ): Promise<Redirection> {
    return this.clients.authorize(principal, clientId, url);
  }

  @ApiOperation({ summary: 'Callback of the authorization server of an MCP server' })
  @Get('oauth/clients/:client_id/callback')
  @Redirect()
  finish(
    @CurrentPrincipal() principal: Principal,
    @Param('client_id') clientId: string,
    @Origin() { url }: RequestOrigin,
  ): Promise<Redirection> {
    return this.clients.finish(principal, clientId, url);
  }
}
