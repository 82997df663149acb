import { Controller, Get, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../../common/auth/access-rules';
import type { ClientConfigResponse } from './client-config.dto';
import { ClientConfigService } from './client-config.service';

@ApiTags('app')
@Public()
@Controller('api')
export class ClientConfigController {
  constructor(private readonly config: ClientConfigService) {}

  @ApiOperation({
    summary: 'What a client needs for its first page',
    description:
      'The session token of the header or the cookie decides how much; without a good one, what everybody may know.',
  })
  @Get('config')
  get(@Req() { headers }: Request): Promise<ClientConfigResponse> {
    return this.config.getFor(headers);
  }
}
