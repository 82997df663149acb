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

  /** Prompts that the user may access: own, shared and public prompts; administrators get all. */
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<PromptResponse[]> {
    return this.prompts.list(principal);
  }

  /** Prompts that the user may change, with their owners. */
  @Get('list')
  listEditable(@CurrentPrincipal() principal: Principal): Promise<PromptUserResponse[]> {
    return this.prompts.listEditable(principal);
  }

  /** Create a prompt, owned by the user. Commands are unique in the installation. */
  @Post('create')
  @RequirePermission('workspace.prompts', 'workspace.prompts_import')
  create(@CurrentPrincipal() principal: Principal, @Body() request: CreatePromptRequest): Promise<PromptResponse> {
    return this.prompts.create(principal, request);
  }

  /** One prompt, by its command without the slash. */
  @Get('command/:command')
  get(@CurrentPrincipal() principal: Principal, @Param('command') command: string): Promise<PromptResponse> {
    return this.prompts.get(principal, commandFromPath(command));
  }

  /** Replace title and content of a prompt. For the owner, administrators and users with write access. */
  @Post('command/:command/update')
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('command') command: string,
    @Body() request: UpdatePromptRequest,
  ): Promise<PromptResponse> {
    return this.prompts.update(principal, commandFromPath(command), request);
  }

  /** Delete a prompt. For the owner, administrators and users with write access. */
  @Delete('command/:command/delete')
  delete(@CurrentPrincipal() principal: Principal, @Param('command') command: string): Promise<boolean> {
    return this.prompts.delete(principal, commandFromPath(command));
  }
}
