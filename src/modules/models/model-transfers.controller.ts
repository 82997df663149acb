import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ModelTransfersService } from './model-transfers.service';
import { ImportModelsRequest, PresetListQuery, SyncModelsRequest, type PresetPageResponse } from './preset-lists.dto';
import { PresetListsService } from './preset-lists.service';
import type { ModelResponse } from './workspace-models.dto';

/** Many rows at once: what people administer, and what goes in and out as a whole. */
@ApiTags('models')
@ApiAuth()
@Controller('api/v1/models')
export class ModelTransfersController {
  constructor(
    private readonly lists: PresetListsService,
    private readonly transfers: ModelTransfersService,
  ) {}

  @ApiOperation({ summary: 'A page of the presets that the caller may change, and of those that everybody may use' })
  @Get('list')
  list(@CurrentPrincipal() caller: Principal, @Query() query: PresetListQuery): Promise<PresetPageResponse> {
    return this.lists.list(caller, query);
  }

  @ApiOperation({ summary: 'Names of the tags of presets that the caller may change' })
  @ApiOkResponse({ type: [String] })
  @Get('tags')
  listTags(@CurrentPrincipal() caller: Principal): Promise<string[]> {
    return this.lists.listTags(caller);
  }

  @ApiOperation({ summary: 'Presets that the caller may change, whole' })
  @RequirePermission('workspace.models_export')
  @Get('export')
  export(@CurrentPrincipal() caller: Principal): Promise<ModelResponse[]> {
    return this.lists.export(caller);
  }

  @ApiOperation({ summary: 'Put rows in: new ones are the caller’s, those of others stay as they are' })
  @ApiOkResponse({ type: Boolean })
  @RequirePermission('workspace.models_import')
  @Post('import')
  import(@CurrentPrincipal() caller: Principal, @Body() { models }: ImportModelsRequest): Promise<boolean> {
    return this.transfers.import(caller, models);
  }

  @ApiOperation({ summary: 'Replace all rows by these, which become the caller’s' })
  @Roles('admin')
  @Post('sync')
  sync(@CurrentPrincipal() caller: Principal, @Body() { models }: SyncModelsRequest): Promise<ModelResponse[]> {
    return this.transfers.sync(caller, models ?? []);
  }

  @ApiOperation({ summary: 'Delete every row' })
  @ApiOkResponse({ type: Boolean })
  @Roles('admin')
  @Delete('delete/all')
  deleteAll(): Promise<boolean> {
    return this.transfers.deleteAll();
  }
}
