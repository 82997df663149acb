import { Global, Module } from '@nestjs/common';
import { DeclarationsModule } from '../discovery/declarations.module';
import { JobsService } from './jobs.service';

@Global()
@Module({ imports: [DeclarationsModule], providers: [JobsService], exports: [JobsService] })
export class JobsModule {}
