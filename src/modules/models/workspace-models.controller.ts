import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ModelIdRequest, ModelRequest, ModelResponse } from './workspace-models.dto';
import { WorkspaceModelsService } from './workspace-models.service';

/** The rows behind the list of models: presets, and what is laid over models of providers. */
@ApiTags('models')
@ApiAuth()
@Controller('api/v1/models')
export class WorkspaceModelsController {
  constructor(private readonly models: WorkspaceModelsService) {}

  @ApiOperation({ summary: 'Rows that are laid over models of providers' })
  @Roles('admin')
  @Get('base')
  listOverrides(): Promise<ModelResponse[]> {
    return this.models.listOverrides();
  }

  @ApiOperation({ summary: 'Make a preset, or (administrators) lay a row over a model of a provider' })
  @RequirePermission('workspace.models')
  @Post('create')
  create(@CurrentPrincipal() caller: Principal, @Body() request: ModelRequest): Promise<ModelResponse> {
    return this.models.create(caller, request);
  }

  @ApiOperation({ summary: 'One row; null when the caller may not read it' })
  @ApiOkResponse({ type: ModelResponse })
  @Get('model')
  find(@CurrentPrincipal() caller: Principal, @Query() { id }: ModelIdRequest): Promise<ModelResponse | null> {
    return this.models.find(caller, id);
  }

  @ApiOperation({ summary: 'Switch a model on or off' })
  @Post('model/toggle')
  toggle(@CurrentPrincipal() caller: Principal, @Query() { id }: ModelIdRequest): Promise<ModelResponse> {
    return this.models.toggle(caller, id);
  }

  @ApiOperation({ summary: 'Replace a row, for the owner, administrators and those with a write grant' })
  @Post('model/update')
  update(@CurrentPrincipal() caller: Principal, @Body() request: ModelRequest): Promise<ModelResponse> {
    return this.models.update(caller, request);
  }

  @ApiOperation({ summary: 'Delete a row, for the owner, administrators and those with a write grant' })
  @ApiOkResponse({ type: Boolean })
  @Post('model/delete')
  delete(@CurrentPrincipal() caller: Principal, @Body() { id }: ModelIdRequest): Promise<boolean> {
    return this.models.delete(caller, id);
  }
}
