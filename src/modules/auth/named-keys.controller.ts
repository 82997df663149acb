import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { Audited } from '../../platform/audit/audited.decorator';
import { CreatedKeyResponse, NamedKeyRequest, NamedKeyResponse } from './named-keys.dto';
import { NamedKeysService } from './named-keys.service';

/** Keys beside the one of `auths/api_key`. */
@ApiTags('auths')
@ApiAuth()
@Controller('api/v1')
export class NamedKeysController {
  constructor(private readonly keys: NamedKeysService) {}

  @ApiOperation({ summary: 'Own API keys, that of `GET /api/v1/auths/api_key` included' })
  @Get('auths/api_keys')
  list(@CurrentPrincipal() { id }: Principal): Promise<NamedKeyResponse[]> {
    return this.keys.list(id);
  }

  @ApiOperation({ summary: 'Make a named API key; the answer is the only place where it is shown' })
  @Audited()
  @Post('auths/api_keys')
  create(@CurrentPrincipal() principal: Principal, @Body() request: NamedKeyRequest): Promise<CreatedKeyResponse> {
    return this.keys.create(principal, request);
  }

  @ApiOperation({ summary: 'Change name and limits of a key; what is left out is cleared' })
  @Audited()
  @Post('auths/api_keys/:id/update')
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: NamedKeyRequest,
  ): Promise<NamedKeyResponse> {
    return this.keys.update(principal, id, request);
  }

  @ApiOperation({ summary: 'Revoke a key' })
  @Audited()
  @Delete('auths/api_keys/:id')
  revoke(@CurrentPrincipal() { id: userId }: Principal, @Param('id') id: string): Promise<boolean> {
    return this.keys.revoke(userId, id);
  }

  @ApiOperation({ summary: 'API keys of an account' })
  @Roles('admin')
  @Get('users/:user_id/api_keys')
  listOf(@Param('user_id') userId: string): Promise<NamedKeyResponse[]> {
    return this.keys.list(userId);
  }

  @ApiOperation({ summary: 'Revoke a key of an account' })
  @Roles('admin')
  @Delete('users/:user_id/api_keys/:id')
  revokeOf(@Param('user_id') userId: string, @Param('id') id: string): Promise<boolean> {
    return this.keys.revoke(userId, id);
  }
}
