import { Module } from '@nestjs/common';
import { MarkdownService } from './markdown.service';
import { PdfService } from './pdf.service';
import { RenderingController } from './rendering.controller';

/** Texts in other forms. */
@Module({
  controllers: [RenderingController],
  providers: [MarkdownService, PdfService],
})
export class RenderingModule {}
