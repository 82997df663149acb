import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { sendPicture } from '../../common/http/send-picture';
import { ModelPicturesService } from './model-pictures.service';
import { ModelIdRequest } from './workspace-models.dto';

@ApiTags('models')
@ApiAuth()
@Controller('api/v1/models/model/profile/image')
export class ModelPicturesController {
  constructor(private readonly pictures: ModelPicturesService) {}

  @ApiOperation({
    summary: 'Picture of a model, or a redirect to it; the default one for a model that the caller may not use',
  })
  @ApiProduces('image/png', 'image/jpeg', 'image/gif', 'image/webp')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @Get()
  async get(
    @CurrentPrincipal() caller: Principal,
    @Query() { id }: ModelIdRequest,
    @Res() response: Response,
  ): Promise<void> {
    return sendPicture(response, await this.pictures.get(caller, id));
  }
}
