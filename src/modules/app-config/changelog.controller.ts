import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/auth/access-rules';
import { CHANGELOG } from './changelog';
import type { ChangelogResponse } from './changelog.dto';

@ApiTags('app')
@Public()
@Controller('api/changelog')
export class ChangelogController {
  @ApiOperation({ summary: 'What the newest releases changed, by version' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @Get()
  get(): ChangelogResponse {
    return CHANGELOG;
  }
}
