import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ClientSignal } from '../../common/http/client-signal';
import type { JsonObject } from '../../common/util/json';
import { Audited } from '../../platform/audit/audited.decorator';
import { LoadUrlRequest, VALVES, VALVES_SPEC, type LoadedSourceResponse } from '../sandbox/source/source.dto';
import { SourceDownloadsService } from '../sandbox/source/source-downloads.service';
import { ToolListsService } from './tool-lists.service';
import { ToolValvesService } from './tool-valves.service';
import {
  ToolRequest,
  ToolSourceResponse,
  type ListedToolResponse,
  type ToolResponse,
  type ToolUserResponse,
} from './tools.dto';
import { ToolsWorkspaceService } from './tools-workspace.service';

@ApiTags('tools')
@ApiAuth()
@Controller('api/v1/tools')
export class ToolsController {
  constructor(
    private readonly tools: ToolsWorkspaceService,
    private readonly lists: ToolListsService,
    private readonly valves: ToolValvesService,
    private readonly downloads: SourceDownloadsService,
  ) {}

  /** Tools that the user may use: local ones, and tool servers. */
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<ListedToolResponse[]> {
    return this.lists.list(principal);
  }

  /** Local tools that the user may change. */
  @Get('list')
  listEditable(@CurrentPrincipal() principal: Principal): Promise<ToolUserResponse[]> {
    return this.lists.listEditable(principal);
  }

  /** Local tools that the user may change, with their sources. */
  @RequirePermission('workspace.tools_export')
  @Get('export')
  export(@CurrentPrincipal() principal: Principal): Promise<ToolSourceResponse[]> {
    return this.tools.export(principal);
  }

  /** Load a source from a URL, without saving it. */
  @Roles('admin')
  @Post('load/url')
  load(@Body() { url }: LoadUrlRequest, @ClientSignal() client: AbortSignal): Promise<LoadedSourceResponse> {
    return this.downloads.download(url, 'tool', client);
  }

  /** Create a tool, owned by the user. Ids are unique in the installation. */
  @RequirePermission('workspace.tools', 'workspace.tools_import')
  @Post('create')
  create(
    @CurrentPrincipal() principal: Principal,
    @Body() request: ToolRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<ToolResponse> {
    return this.tools.create(principal, request, client);
  }

  /** One tool; null without read access. The source is for users who may change it. */
  @ApiExtraModels(ToolSourceResponse)
  @ApiOkResponse({ schema: { allOf: [{ $ref: getSchemaPath(ToolSourceResponse) }], nullable: true } })
  @Get('id/:id')
  find(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<ToolSourceResponse | null> {
    return this.tools.find(principal, id);
  }

  /** Replace name, source and meta of a tool. For the owner, administrators and users with write access. */
  @RequirePermission('workspace.tools')
  @Post('id/:id/update')
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: ToolRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<ToolSourceResponse> {
    return this.tools.update(principal, id, request, client);
  }

  /** Delete a tool, with the valves of all users for it. For the owner, administrators and users with write access. */
  @ApiOkResponse({ type: Boolean })
  @Delete('id/:id/delete')
  delete(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<boolean> {
    return this.tools.delete(principal, id);
  }

  /** Stored valves; empty without any. For the owner, administrators and users with write access. */
  @ApiOkResponse(VALVES)
  @Get('id/:id/valves')
  getValves(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<JsonObject> {
    return this.valves.get(principal, id);
  }

  /** JSON schema of the valves; null for a tool without valves. */
  @ApiOkResponse(VALVES_SPEC)
  @Get('id/:id/valves/spec')
  getValvesSpec(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<JsonObject | null> {
    return this.valves.getSpec(principal, id, 'valves');
  }

  /** Replace the valves. Null and unknown keys are dropped. For the owner, administrators and users with write access. */
  @ApiBody(VALVES)
  @ApiOkResponse(VALVES)
  @Audited({ hidesBody: true })
  @Post('id/:id/valves/update')
  updateValves(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() values: Record<string, unknown>,
    @ClientSignal() client: AbortSignal,
  ): Promise<JsonObject> {
    return this.valves.update(principal, id, values, client);
  }

  /** Own valves of the user; empty without any. */
  @ApiOkResponse(VALVES)
  @Get('id/:id/valves/user')
  getUserValves(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<JsonObject> {
    return this.valves.getOfUser(principal, id);
  }

  /** JSON schema of the users' valves; null for a tool without them. */
  @ApiOkResponse(VALVES_SPEC)
  @Get('id/:id/valves/user/spec')
  getUserValvesSpec(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<JsonObject | null> {
    return this.valves.getSpec(principal, id, 'userValves');
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
