import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { ModelTransfersService } from './model-transfers.service';
import {
  ImportModelsRequest,
  ModelIdRequest,
  ModelRequest,
  ModelResponse,
  PresetListQuery,
  PresetPageResponse,
  SyncModelsRequest,
} from './workspace-models.dto';
import { WorkspaceModelsService } from './workspace-models.service';

/** The rows behind the model list: presets and overrides of provider models. */
@ApiTags('models')
@ApiAuth()
@Controller('api/v1/models')
export class WorkspaceModelsController {
  constructor(
    private readonly models: WorkspaceModelsService,
    private readonly transfers: ModelTransfersService,
  ) {}

  @ApiOperation({ summary: 'Overrides of provider models' })
  @Roles('admin')
  @Get('base')
  listOverrides(): Promise<ModelResponse[]> {
    return this.models.listOverrides();
  }

  @ApiOperation({ summary: 'Create a preset, or (administrators) an override of a provider model' })
  @RequirePermission('workspace.models')
  @Post('create')
  create(@CurrentPrincipal() principal: Principal, @Body() request: ModelRequest): Promise<ModelResponse> {
    return this.models.create(principal, request);
  }

  @ApiOperation({ summary: 'One row; null without read access' })
  @ApiExtraModels(ModelResponse)
  @ApiOkResponse({ schema: { allOf: [{ $ref: getSchemaPath(ModelResponse) }], nullable: true } })
  @Get('model')
  find(@CurrentPrincipal() principal: Principal, @Query() { id }: ModelIdRequest): Promise<ModelResponse | null> {
    return this.models.find(principal, id);
  }

  @ApiOperation({ summary: 'Enable or disable a model' })
  @Post('model/toggle')
  toggle(@CurrentPrincipal() principal: Principal, @Query() { id }: ModelIdRequest): Promise<ModelResponse> {
    return this.models.toggle(principal, id);
  }

  @ApiOperation({ summary: 'Replace a row; for the owner, administrators and users with write access' })
  @Post('model/update')
  update(@CurrentPrincipal() principal: Principal, @Body() request: ModelRequest): Promise<ModelResponse> {
    return this.models.update(principal, request);
  }

  @ApiOperation({ summary: 'Delete a row; for the owner, administrators and users with write access' })
  @ApiOkResponse({ type: Boolean })
  @Post('model/delete')
  delete(@CurrentPrincipal() principal: Principal, @Body() { id }: ModelIdRequest): Promise<boolean> {
    return this.models.delete(principal, id);
  }

  @ApiOperation({ summary: 'A page of editable and public presets' })
  @Get('list')
  list(@CurrentPrincipal() principal: Principal, @Query() query: PresetListQuery): Promise<PresetPageResponse> {
    return this.models.listPage(principal, query);
  }

  @ApiOperation({ summary: 'Names of the tags of editable presets' })
  @ApiOkResponse({ type: [String] })
  @Get('tags')
  listTags(@CurrentPrincipal() principal: Principal): Promise<string[]> {
    return this.models.listTags(principal);
  }

  @ApiOperation({ summary: 'Editable presets with all properties' })
  @RequirePermission('workspace.models_export')
  @Get('export')
  export(@CurrentPrincipal() principal: Principal): Promise<ModelResponse[]> {
    return this.models.export(principal);
  }

  @ApiOperation({ summary: 'Import rows: new ones belong to the user, rows of others are not changed' })
  @ApiOkResponse({ type: Boolean })
  @RequirePermission('workspace.models_import')
  @Post('import')
  import(@CurrentPrincipal() principal: Principal, @Body() { models }: ImportModelsRequest): Promise<boolean> {
    return this.transfers.import(principal, models);
  }

  @ApiOperation({ summary: 'Replace all rows; the new ones belong to the user' })
  @Roles('admin')
  @Post('sync')
  sync(@CurrentPrincipal() principal: Principal, @Body() { models }: SyncModelsRequest): Promise<ModelResponse[]> {
    return this.transfers.sync(principal, models ?? []);
  }

  @ApiOperation({ summary: 'Delete all rows' })
  @ApiOkResponse({ type: Boolean })
  @Roles('admin')
  @Delete('delete/all')
  deleteAll(): Promise<boolean> {
    return this.transfers.deleteAll();
  }
}
