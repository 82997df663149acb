import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth } from '../../../common/auth/access-rules';
import type { FileResponse } from '../../../common/http/answers/file-response';
import { CacheService } from './cache.service';

@ApiTags('app')
@ApiAuth()
@Controller('cache')
export class CacheController {
  constructor(private readonly cache: CacheService) {}

  @ApiOperation({ summary: 'A file that the server made or kept' })
  @ApiOkResponse({ content: { '*/*': { schema: { type: 'string', format: 'binary' } } } })
  @Get('*path')
  get(@Param('path') path: string[]): Promise<FileResponse> {
    return this.cache.get(path);
  }
}
