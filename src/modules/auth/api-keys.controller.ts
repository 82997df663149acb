import { Controller, Delete, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, SignedIn } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { Audited } from '../../platform/audit/audited.decorator';
import { ApiKeyResponse } from './auth.dto';
import { ApiKeysService } from './api-keys.service';

@ApiTags('auths')
@ApiAuth()
@SignedIn()
@Controller('api/v1/auths/api_key')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @ApiOperation({ summary: 'Make an API key; the previous one is void' })
  @Audited()
  @Post()
  create(@CurrentPrincipal() principal: Principal): Promise<ApiKeyResponse> {
    return this.keys.create(principal);
  }

  @ApiOperation({ summary: 'The own API key' })
  @Get()
  get(@CurrentPrincipal() principal: Principal): Promise<ApiKeyResponse> {
    return this.keys.get(principal);
  }

  @ApiOperation({ summary: 'Delete the own API key; true when there was none, too' })
  @Audited()
  @Delete()
  delete(@CurrentPrincipal() principal: Principal): Promise<boolean> {
    return this.keys.delete(principal);
  }
}
