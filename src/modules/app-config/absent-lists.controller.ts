import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../common/auth/access-rules';

/**
 * Lists of modules that do not exist yet. Clients request them at every start, regardless of feature switches, and draw no
 * page without an array. A module that comes takes its line from here; with the last one the file goes.
 */
const LISTS = ['channels'];

@ApiTags('app')
@ApiAuth()
@Controller('api/v1')
export class AbsentListsController {
  @ApiOperation({ summary: 'Empty: there is no such module yet' })
  @ApiOkResponse({ schema: { type: 'array', items: {}, maxItems: 0 } })
  @Get(LISTS)
  get(): never[] {
    return [];
  }

  @ApiOperation({ summary: 'Empty: there are no pipeline servers yet' })
  @ApiOkResponse({ schema: { type: 'object', properties: { data: { type: 'array', items: {}, maxItems: 0 } } } })
  @Roles('admin')
  @Get(['pipelines', 'pipelines/list'])
  getPipelines(): { data: never[] } {
    return { data: [] };
  }
}
