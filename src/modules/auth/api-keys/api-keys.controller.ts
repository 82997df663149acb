import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles, SignedIn } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { Audited } from '../../../platform/audit/audited.decorator';
import { ApiKeyResponse, CreatedKeyResponse, NamedKeyRequest, NamedKeyResponse } from './api-keys.dto';
import { ApiKeysService } from './api-keys.service';
import { NamedKeysService } from './named-keys.service';

/** The default key of an account. */
@ApiTags('auths')
@ApiAuth()
@SignedIn()
@Controller('api/v1/auths/api_key')
export class DefaultKeyController {
  constructor(private readonly keys: ApiKeysService) {}

  @ApiOperation({ summary: 'Create the default API key; the previous one becomes invalid' })
  @Audited()
  @Post()
  create(@CurrentPrincipal() principal: Principal): Promise<ApiKeyResponse> {
    return this.keys.create(principal);
  }

  @ApiOperation({ summary: 'The default API key' })
  @Get()
  get(@CurrentPrincipal() principal: Principal): Promise<ApiKeyResponse> {
    return this.keys.get(principal);
  }

  @ApiOperation({ summary: 'Delete the default API key; also true when there was none' })
  @Audited()
  @Delete()
  delete(@CurrentPrincipal() principal: Principal): Promise<boolean> {
    return this.keys.delete(principal);
  }
}

/** Named keys. The lists include the default key. */
@ApiTags('auths')
@ApiAuth()
@Controller('api/v1')
export class NamedKeysController {
  constructor(private readonly keys: NamedKeysService) {}

  @ApiOperation({ summary: 'Own API keys, including the default one' })
  @Get('auths/api_keys')
  list(@CurrentPrincipal() { id }: Principal): Promise<NamedKeyResponse[]> {
    return this.keys.list(id);
  }

  @ApiOperation({ summary: 'Create a named API key; only this response shows the key' })
  @Audited()
  @Post('auths/api_keys')
  create(@CurrentPrincipal() principal: Principal, @Body() request: NamedKeyRequest): Promise<CreatedKeyResponse> {
    return this.keys.create(principal, request);
  }

  @ApiOperation({ summary: 'Change name and limits of a named key; absent fields are cleared' })
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
