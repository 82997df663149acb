import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { DeclarationsModule } from '../../platform/discovery/declarations.module';
import { AccessModule } from '../access/access.module';
import { GroupsModule } from '../groups/groups.module';
import { ModelsModule } from '../models/models.module';
import { SandboxModule } from '../sandbox/sandbox.module';
import { SourcesModule } from '../sandbox/source/sources.module';
import { UsersModule } from '../users/users.module';
import { LocalToolsService } from './local-tools.service';
import { Tools1764040010000 } from './migrations/1764040010000-tools';
import { StoredTool } from './tool.entity';
import { ToolListsService } from './tool-lists.service';
import { ToolValvesService } from './tool-valves.service';
import { ToolsController } from './tools.controller';
import { ToolsRepository } from './tools.repository';
import { ToolsService } from './tools.service';
import { ToolsWorkspaceService } from './tools-workspace.service';

/** Functions that models may call: sources in the workspace, and the lists that tool servers join. */
@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [StoredTool], migrations: [Tools1764040010000] }),
    DeclarationsModule,
    AccessModule,
    UsersModule,
    GroupsModule,
    ModelsModule,
    SandboxModule,
    SourcesModule,
  ],
  controllers: [ToolsController],
  providers: [
    ToolsRepository,
    ToolsService,
    ToolsWorkspaceService,
    ToolValvesService,
    ToolListsService,
    LocalToolsService,
  ],
  exports: [ToolsService],
})
export class ToolsModule {}
