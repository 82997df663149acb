import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../../../common/auth/access-rules';
import type { Principal } from '../../../../common/auth/principal';
import { ClientSignal } from '../../../../common/http/client-signal';
import {
  QueryCollectionRequest,
  QueryCollectionResponse,
  QueryDocRequest,
  QueryDocResponse,
  type EmbeddedTextResponse,
} from './query.dto';
import { QueryService } from './query.service';

@ApiTags('retrieval')
@ApiAuth()
@Controller('api/v1/retrieval')
export class QueryController {
  constructor(private readonly queries: QueryService) {}

  /** Search one collection. Null when it is missing or not accessible. */
  @Post('query/doc')
  @ApiExtraModels(QueryDocResponse)
  @ApiOkResponse({ schema: { allOf: [{ $ref: getSchemaPath(QueryDocResponse) }], nullable: true } })
  queryDoc(
    @CurrentPrincipal() principal: Principal,
    @Body() request: QueryDocRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<QueryDocResponse | null> {
    return this.queries.queryDoc(principal, request, client);
  }

  /** Search several collections at once. Those that are missing or not accessible are skipped. */
  @Post('query/collection')
  queryCollections(
    @CurrentPrincipal() principal: Principal,
    @Body() request: QueryCollectionRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<QueryCollectionResponse> {
    return this.queries.queryCollections(principal, request, client);
  }

  /** Vector of a text. Only in development (`ENV=dev`). */
  @Get('ef/:text')
  @Roles('admin')
  embed(@Param('text') text: string, @ClientSignal() client: AbortSignal): Promise<EmbeddedTextResponse> {
    return this.queries.embed(text, client);
  }
}
