import { Module } from '@nestjs/common';
import { MarkdownService } from './markdown.service';
import { RenderingController } from './rendering.controller';

/** Texts in other forms. */
@Module({
  controllers: [RenderingController],
  providers: [MarkdownService],
})
export class RenderingModule {}
