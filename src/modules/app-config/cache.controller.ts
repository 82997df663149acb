import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth } from '../../common/auth/access-rules';
import { FileAnswer } from '../../common/http/file-answer';
import { CacheService } from './cache.service';

@ApiTags('app')
@ApiAuth()
@Controller('cache')
export class CacheController {
  constructor(private readonly cache: CacheService) {}

  @ApiOperation({ summary: 'A file that the server made or kept' })
  @Get('*path')
  get(@Param('path') path: string[]): FileAnswer {
    return this.cache.get(path);
  }
}
