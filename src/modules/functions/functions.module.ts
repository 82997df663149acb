import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { AccessModule } from '../access/access.module';
import { ProvidersModule } from '../providers/providers.module';
import { SandboxModule } from '../sandbox/sandbox.module';
import { SourcesModule } from '../sandbox/source/sources.module';
import { UsersModule } from '../users/users.module';
import { StoredFunction } from './function.entity';
import { FunctionValvesService } from './function-valves.service';
import { FunctionsController } from './functions.controller';
import { FunctionsRepository } from './functions.repository';
import { FunctionsService } from './functions.service';
import { FunctionsWorkspaceService } from './functions-workspace.service';
import { PipeModelsService } from './pipes/pipe-models.service';
import { PipesProvider } from './pipes/pipes.provider';
import { Functions1764040000000 } from './migrations/1764040000000-functions';

/** Code of administrators in completions: pipes (models), filters and actions. */
@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [StoredFunction], migrations: [Functions1764040000000] }),
    AccessModule,
    UsersModule,
    ProvidersModule,
    SandboxModule,
    SourcesModule,
  ],
  controllers: [FunctionsController],
  providers: [
    FunctionsRepository,
    FunctionsService,
    FunctionsWorkspaceService,
    FunctionValvesService,
    PipeModelsService,
    PipesProvider,
  ],
  exports: [FunctionsService],
})
export class FunctionsModule {}
