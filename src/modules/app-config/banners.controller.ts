import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth } from '../../common/auth/access-rules';
import { Banner } from './configs.dto';
import { ConfigsService } from './configs.service';

@ApiTags('configs')
@ApiAuth()
@Controller('api/v1/configs/banners')
export class BannersController {
  constructor(private readonly configs: ConfigsService) {}

  @ApiOperation({ summary: 'The notices at the top of every page' })
  @ApiOkResponse({ type: [Banner] })
  @Get()
  get(): Banner[] {
    return this.configs.getBanners();
  }
}
