import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ClientSignal } from '../../common/http/client-signal';
import type { JsonObject } from '../../common/util/json';
import { Audited } from '../../platform/audit/audited.decorator';
import { LoadUrlRequest, VALVES, VALVES_SPEC, type LoadedSourceResponse } from '../sandbox/source/source.dto';
import { SourceDownloadsService } from '../sandbox/source/source-downloads.service';
import { FunctionValvesService } from './function-valves.service';
import { FunctionsWorkspaceService } from './functions-workspace.service';
import {
  FunctionExportQuery,
  FunctionRequest,
  SyncFunctionsRequest,
  type FunctionResponse,
  type FunctionSourceResponse,
  type FunctionUserResponse,
  type FunctionValvesResponse,
} from './functions.dto';

@ApiTags('functions')
@ApiAuth()
@Controller('api/v1/functions')
export class FunctionsController {
  constructor(
    private readonly functions: FunctionsWorkspaceService,
    private readonly valves: FunctionValvesService,
    private readonly downloads: SourceDownloadsService,
  ) {}

  /** All functions, without their sources. */
  @Get()
  list(): Promise<FunctionResponse[]> {
    return this.functions.list();
  }

  /** All functions with sources and owners. */
  @Roles('admin')
  @Get('list')
  listWithOwners(): Promise<FunctionUserResponse[]> {
    return this.functions.listWithOwners();
  }

  /** All functions as `POST /sync` takes them. */
  @Roles('admin')
  @Get('export')
  export(@Query() { include_valves: includesValves = false }: FunctionExportQuery): Promise<FunctionValvesResponse[]> {
    return this.functions.export(includesValves);
  }

  /** Load a source from a URL, without saving it. */
  @Roles('admin')
  @Post('load/url')
  load(@Body() { url }: LoadUrlRequest, @ClientSignal() client: AbortSignal): Promise<LoadedSourceResponse> {
    return this.downloads.download(url, 'function', client);
  }

  /** Replace all functions: those that are not listed are deleted. */
  @Roles('admin')
  @Audited({ secrets: ['valves'] })
  @Post('sync')
  sync(
    @CurrentPrincipal() principal: Principal,
    @Body() { functions = [] }: SyncFunctionsRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<FunctionValvesResponse[]> {
    return this.functions.sync(principal, functions, client);
  }

  /** Create a function, which is inactive at first. */
  @Roles('admin')
  @Post('create')
  create(
    @CurrentPrincipal() principal: Principal,
    @Body() request: FunctionRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<FunctionResponse> {
    return this.functions.create(principal, request, client);
  }

  /** One function with its source. */
  @Roles('admin')
  @Get('id/:id')
  get(@Param('id') id: string): Promise<FunctionSourceResponse> {
    return this.functions.get(id);
  }

  /** Activate or deactivate a function. */
  @Roles('admin')
  @Post('id/:id/toggle')
  toggle(@Param('id') id: string): Promise<FunctionSourceResponse> {
    return this.functions.toggle(id, 'isActive');
  }

  /** Apply a filter or action to all models, or no longer. */
  @Roles('admin')
  @Post('id/:id/toggle/global')
  toggleGlobal(@Param('id') id: string): Promise<FunctionSourceResponse> {
    return this.functions.toggle(id, 'isGlobal');
  }

  /** Replace name, source and meta. A source that does not load makes the function inactive. */
  @Roles('admin')
  @Post('id/:id/update')
  update(
    @Param('id') id: string,
    @Body() request: FunctionRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<FunctionSourceResponse> {
    return this.functions.update(id, request, client);
  }

  /** Delete a function, with the valves of all users for it. */
  @ApiOkResponse({ type: Boolean })
  @Roles('admin')
  @Delete('id/:id/delete')
  delete(@Param('id') id: string): Promise<boolean> {
    return this.functions.delete(id);
  }

  /** Stored valves; empty without any. */
  @ApiOkResponse(VALVES)
  @Roles('admin')
  @Get('id/:id/valves')
  getValves(@Param('id') id: string): Promise<JsonObject> {
    return this.valves.get(id);
  }

  /** JSON schema of the valves; null for a function without valves. */
  @ApiOkResponse(VALVES_SPEC)
  @Roles('admin')
  @Get('id/:id/valves/spec')
  getValvesSpec(@Param('id') id: string): Promise<JsonObject | null> {
    return this.valves.getSpec(id, 'valves');
  }

  /** Replace the valves. Null and unknown keys are dropped. */
  @ApiBody(VALVES)
  @ApiOkResponse(VALVES)
  @Roles('admin')
  @Audited({ hidesBody: true })
  @Post('id/:id/valves/update')
  updateValves(
    @Param('id') id: string,
    @Body() values: Record<string, unknown>,
    @ClientSignal() client: AbortSignal,
  ): Promise<JsonObject> {
    return this.valves.update(id, values, client);
  }

  /** Own valves of the user; empty without any. */
  @ApiOkResponse(VALVES)
  @Get('id/:id/valves/user')
  getUserValves(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<JsonObject> {
    return this.valves.getOfUser(principal, id);
  }

  /** JSON schema of the users' valves; null for a function without them. */
  @ApiOkResponse(VALVES_SPEC)
  @Get('id/:id/valves/user/spec')
  getUserValvesSpec(@Param('id') id: string): Promise<JsonObject | null> {
    return this.valves.getSpec(id, 'userValves');
  }

  /** Replace own valves. Null and unknown keys are dropped. */
  @ApiBody(VALVES)
  @ApiOkResponse(VALVES)
  @RequirePermission('chat.valves')
  @Audited({ hidesBody: true })
  @Post('id/:id/valves/user/update')
  updateUserValves(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() values: Record<string, unknown>,
    @ClientSignal() client: AbortSignal,
  ): Promise<JsonObject> {
    return this.valves.updateOfUser(principal, id, values, client);
  }
}
