import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { SettingsModule } from '../../platform/settings/settings.module';
import { AccessModule } from '../access/access.module';
import { FunctionsModule } from '../functions/functions.module';
import { GroupsModule } from '../groups/groups.module';
import { ProvidersModule } from '../providers/providers.module';
import { UsersModule } from '../users/users.module';
import { Model } from './model.entity';
import { ModelTransfersService } from './workspace/model-transfers.service';
import { ModelsConfigController } from './config/models-config.controller';
import { ArenaSelectionService } from './arena/arena-selection.service';
import { ArenaSettings } from './arena/arena.settings';
import { ModelsConfigService } from './config/models-config.service';
import { ModelOrder1764020210000 } from './migrations/1764020210000-model-order';
import { ModelsController } from './models.controller';
import { ModelsRepository } from './models.repository';
import { ModelsService } from './models.service';
import { ModelsSettings } from './models.settings';
import { WorkspaceModelsController } from './workspace/workspace-models.controller';
import { WorkspaceModelsService } from './workspace/workspace-models.service';
import { Models1764000070000 } from './migrations/1764000070000-models';
import { ModelOwners1764012000000 } from './migrations/1764012000000-model-owners';

/** Provider models with the rows applied to them, presets and arenas. */
@Module({
  imports: [
    DatabaseModule.forFeature({
      entities: [Model],
      migrations: [Models1764000070000, ModelOwners1764012000000, ModelOrder1764020210000],
    }),
    SettingsModule.forFeature([ModelsSettings, ArenaSettings]),
    AccessModule,
    UsersModule,
    GroupsModule,
    ProvidersModule,
    FunctionsModule,
  ],
  controllers: [ModelsController, WorkspaceModelsController, ModelsConfigController],
  providers: [
    ModelsRepository,
    ModelsService,
    WorkspaceModelsService,
    ModelsConfigService,
    ModelTransfersService,
    ArenaSelectionService,
  ],
  exports: [ModelsService, ArenaSelectionService],
})
export class ModelsModule {}
