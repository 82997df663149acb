import { Body, Controller, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../../../common/auth/access-rules';
import type { Principal } from '../../../../common/auth/principal';
import { UseErrorForm } from '../../../../common/errors/error-form';
import { ClientSignal } from '../../../../common/http/client-signal';
import type { JsonObject } from '../../../../common/util/json';
import { EmbeddingsBody, EmbeddingsResponse } from './embeddings.dto';
import { EmbeddingsService } from './embeddings.service';

@ApiTags('embeddings')
@ApiAuth()
@UseErrorForm('openai')
@Controller()
export class EmbeddingsController {
  constructor(private readonly embeddings: EmbeddingsService) {}

  @ApiOperation({ summary: 'One vector per input, by a model that the user may access' })
  @ApiBody({ type: EmbeddingsBody })
  @ApiOkResponse({ type: EmbeddingsResponse })
  @Post(['api/embeddings', 'api/v1/embeddings', 'openai/embeddings'])
  embed(
    @Body() body: Record<string, unknown>,
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() client: AbortSignal,
  ): Promise<JsonObject> {
    return this.embeddings.embed(principal, body, client);
  }
}
