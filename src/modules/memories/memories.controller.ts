import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequireFeature, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { NotFoundError } from '../../common/errors/app-error';
import { ClientSignal } from '../../common/http/client-signal';
import { QueryDocResponse } from '../retrieval/api/query/query.dto';
import {
  AddMemoryRequest,
  QueryMemoriesRequest,
  UpdateMemoryRequest,
  type EmbeddedSampleResponse,
  type MemoryResponse,
} from './memories.dto';
import { MemoriesService } from './memories.service';

@ApiTags('memories')
@ApiAuth()
@RequireFeature('memories', { isForAll: true, refusal: () => new NotFoundError() })
@Controller('api/v1/memories')
export class MemoriesController {
  constructor(private readonly memories: MemoriesService) {}

  /** The user's memories, oldest first. */
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<MemoryResponse[]> {
    return this.memories.list(principal);
  }

  /** Vector of a fixed text, to check the embedding engine. */
  @Get('ef')
  @Roles('admin')
  embedSample(
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() client: AbortSignal,
  ): Promise<EmbeddedSampleResponse> {
    return this.memories.embedSample(principal, client);
  }

  /** Store a memory. */
  @Post('add')
  add(@CurrentPrincipal() principal: Principal, @Body() { content }: AddMemoryRequest): Promise<MemoryResponse> {
    return this.memories.add(principal, content);
  }

  /** The memories nearest to a text, best first. */
  @Post('query')
  query(
    @CurrentPrincipal() principal: Principal,
    @Body() request: QueryMemoriesRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<QueryDocResponse> {
    return this.memories.query(principal, request, client);
  }

  /** Index the memories anew, in the background. */
  @Post('reset')
  reset(@CurrentPrincipal() principal: Principal): Promise<boolean> {
    return this.memories.reset(principal);
  }

  /** Delete all memories of the user. */
  @Delete('delete/user')
  deleteAll(@CurrentPrincipal() principal: Principal): Promise<boolean> {
    return this.memories.deleteAll(principal);
  }

  /** Change the text of a memory. */
  @Post(':memory_id/update')
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('memory_id') id: string,
    @Body() { content }: UpdateMemoryRequest,
  ): Promise<MemoryResponse> {
    return this.memories.update(principal, id, content);
  }

  /** Delete a memory. False when the user has none with this id. */
  @Delete(':memory_id')
  delete(@CurrentPrincipal() principal: Principal, @Param('memory_id') id: string): Promise<boolean> {
    return this.memories.delete(principal, id);
  }
}
