import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ClientSignal } from '../../common/http/client-signal';
import { CodeFormatService } from './code-format.service';
import { CodeConfigService } from './code-config.service';
import { CodeExecutionConfig, CodeOutputResponse, CodeRequest, FormattedCodeResponse } from './code.dto';
import { CodeService } from './code.service';

@ApiTags('utils')
@ApiAuth()
@Controller('api/v1')
export class CodeController {
  constructor(
    private readonly code: CodeService,
    private readonly formats: CodeFormatService,
    private readonly config: CodeConfigService,
  ) {}

  /** Run a code block on the server. Failures of the code are part of the output. */
  @RequirePermission('features.code_interpreter')
  @Post('utils/code/execute')
  execute(
    @Body() { code }: CodeRequest,
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() client: AbortSignal,
  ): Promise<CodeOutputResponse> {
    return this.code.execute({ principal, code }, client);
  }

  /** Format a source: Python in the style of Black, JavaScript and TypeScript by Prettier. */
  @Roles('admin')
  @Post('utils/code/format')
  format(@Body() { code }: CodeRequest, @ClientSignal() client: AbortSignal): Promise<FormattedCodeResponse> {
    return this.formats.format(code, client);
  }

  /** Settings of code blocks and of the code interpreter. */
  @ApiTags('configs')
  @Roles('admin')
  @Get('configs/code_execution')
  getConfig(): CodeExecutionConfig {
    return this.config.getConfig();
  }

  /** Save the settings of code blocks and of the code interpreter. */
  @ApiTags('configs')
  @Roles('admin')
  @Post('configs/code_execution')
  saveConfig(@Body() request: CodeExecutionConfig): Promise<CodeExecutionConfig> {
    return this.config.saveConfig(request);
  }
}
