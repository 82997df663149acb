import { Body, Controller, Get, Post, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../common/auth/access-rules';
import { ChatPdfRequest, GravatarQuery, MarkdownRequest, type MarkdownResponse } from './rendering.dto';
import { RenderingService } from './rendering.service';

@ApiTags('utils')
@ApiAuth()
@Controller('api/v1/utils')
export class RenderingController {
  constructor(private readonly rendering: RenderingService) {}

  @ApiOperation({ summary: 'Address of the picture that belongs to an e-mail address' })
  @ApiOkResponse({ type: String })
  @Get('gravatar')
  getGravatar(@Query() { email }: GravatarQuery): string {
    return this.rendering.gravatarUrl(email);
  }

  @ApiOperation({ summary: 'HTML of a Markdown text: classic syntax, safe to show' })
  @Post('markdown')
  renderMarkdown(@Body() { md }: MarkdownRequest): Promise<MarkdownResponse> {
    return this.rendering.renderMarkdown(md);
  }

  @ApiOperation({ summary: 'A chat as a PDF: texts as they are, in every script' })
  @ApiOkResponse({ content: { 'application/pdf': { schema: { type: 'string', format: 'binary' } } } })
  @Post('pdf')
  printChat(@Body() request: ChatPdfRequest): Promise<StreamableFile> {
    return this.rendering.printChat(request);
  }

  @ApiOperation({ summary: 'Always refused: the database is no file' })
  @Roles('admin')
  @Get('db/download')
  downloadDatabase(): never {
    return this.rendering.refuseDatabaseFile();
  }
}
