import { Module } from '@nestjs/common';
import { WorkersModule } from '../../platform/workers/workers.module';
import { RenderingController } from './rendering.controller';
import { RenderingService } from './rendering.service';

@Module({ imports: [WorkersModule], controllers: [RenderingController], providers: [RenderingService] })
export class RenderingModule {}
