import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { commandFromPath } from './command';
import { CreatePromptRequest, UpdatePromptRequest, type PromptResponse, type PromptUserResponse } from './prompts.dto';
import { PromptsService } from './prompts.service';

@ApiTags('prompts')
@ApiAuth()
@Controller('api/v1/prompts')
export class PromptsController {
  constructor(private readonly prompts: PromptsService) {}

  /** What the caller may use: own, shared and public prompts; administrators get all. */
  @Get()
  list(@CurrentPrincipal() caller: Principal): Promise<PromptResponse[]> {
    return this.prompts.list(caller);
  }

  /** What the caller may change, with the owners. */
  @Get('list')
  listEditable(@CurrentPrincipal() caller: Principal): Promise<PromptUserResponse[]> {
    return this.prompts.listEditable(caller);
  }

  /** The caller becomes the owner. Commands are unique in the installation. */
  @Post('create')
  @RequirePermission('workspace.prompts', 'workspace.prompts_import')
  create(@CurrentPrincipal() caller: Principal, @Body() request: CreatePromptRequest): Promise<PromptResponse> {
    return this.prompts.create(caller, request);
  }

  /** One prompt, by its command without the slash. */
  @Get('command/:command')
  get(@CurrentPrincipal() caller: Principal, @Param('command') command: string): Promise<PromptResponse> {
    return this.prompts.get(caller, commandFromPath(command));
  }

  /** Replaces title and content; for the owner, administrators and those with a write grant. */
  @Post('command/:command/update')
  update(
    @CurrentPrincipal() caller: Principal,
    @Param('command') command: string,
    @Body() request: UpdatePromptRequest,
  ): Promise<PromptResponse> {
    return this.prompts.update(caller, commandFromPath(command), request);
  }

  /** For the owner, administrators and those with a write grant. */
  @Delete('command/:command/delete')
  delete(@CurrentPrincipal() caller: Principal, @Param('command') command: string): Promise<boolean> {
    return this.prompts.delete(caller, commandFromPath(command));
  }
}
