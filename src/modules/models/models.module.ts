import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SettingsModule } from '../../platform/settings/settings.module';
import { AccessModule } from '../access/access.module';
import { GroupsModule } from '../groups/groups.module';
import { ProvidersModule } from '../providers/providers.module';
import { UsersModule } from '../users/users.module';
import { Model } from './model.entity';
import { ModelPicturesController } from './model-pictures.controller';
import { ModelPicturesService } from './model-pictures.service';
import { ModelTransfersController } from './model-transfers.controller';
import { ModelTransfersService } from './model-transfers.service';
import { ModelsConfigController } from './models-config.controller';
import { ArenaConfigController } from './arena-config.controller';
import { ArenaConfigService } from './arena-config.service';
import { ArenaDrawsService } from './arena-draws.service';
import { ArenaSettings } from './arena.settings';
import { ModelsConfigService } from './models-config.service';
import { ModelsController } from './models.controller';
import { ModelsRepository } from './models.repository';
import { OllamaTagsController } from './ollama-tags.controller';
import { ModelsService } from './models.service';
import { ModelsSettings } from './models.settings';
import { PresetListsService } from './preset-lists.service';
import { WorkspaceModelsController } from './workspace-models.controller';
import { WorkspaceModelsService } from './workspace-models.service';

/** The models that people may use: of the providers, with rows laid over them, and presets. */
@Module({
  imports: [
    TypeOrmModule.forFeature([Model]),
    SettingsModule.forFeature([ModelsSettings, ArenaSettings]),
    AccessModule,
    UsersModule,
    GroupsModule,
    ProvidersModule,
  ],
  controllers: [
    ModelsController,
    OllamaTagsController,
    ModelTransfersController,
    ModelPicturesController,
    WorkspaceModelsController,
    ModelsConfigController,
    ArenaConfigController,
  ],
  providers: [
    ModelsRepository,
    ModelsService,
    WorkspaceModelsService,
    ModelsConfigService,
    PresetListsService,
    ModelTransfersService,
    ModelPicturesService,
    ArenaConfigService,
    ArenaDrawsService,
  ],
  exports: [ModelsService, ArenaDrawsService],
})
export class ModelsModule {}
