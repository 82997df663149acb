import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SettingsModule } from '../../platform/settings/settings.module';
import { ChatsModule } from '../chats/chats.module';
import { FoldersModule } from '../folders/folders.module';
import { GroupsModule } from '../groups/groups.module';
import { ModelsModule } from '../models/models.module';
import { ProvidersModule } from '../providers/providers.module';
import { UsersModule } from '../users/users.module';
import { BackgroundTasksService } from './background/background-tasks.service';
import { CompletionTask } from './completion-task.entity';
import { CompletionTasksRepository } from './completion-tasks.repository';
import { CompletionsController } from './completions.controller';
import { CompletionsNotifier } from './completions.notifier';
import { CompletionsService } from './completions.service';
import { CompletionsSettings, DirectConnectionsSettings } from './completions.settings';
import { DirectConnectionService } from './direct-connection.service';
import { EmbeddingsController } from './embeddings.controller';
import { EmbeddingsService } from './embeddings.service';
import { GenerationService } from './generation.service';
import { InterruptedRepliesService } from './interrupted-replies.service';
import { ModelCallService } from './model-call.service';
import { OllamaApiController } from './ollama-api.controller';
import { OllamaApiService } from './ollama-api.service';
import { OllamaModelsService } from './ollama-models.service';
import { OpenAiApiController } from './openai-api.controller';
import { OpenAiApiService } from './openai-api.service';
import { PromptVariablesService } from './prompt-variables.service';
import { ReplyAnswerService } from './reply-answer.service';
import { ReplyTaskService } from './reply-task.service';
import { RunningReplies } from './running-replies';
import { AccessStep } from './steps/10-access.step';
import { ControlsStep } from './steps/15-controls.step';
import { ParamsStep } from './steps/20-params.step';
import { VariablesStep } from './steps/30-variables.step';
import { FolderStep } from './steps/40-folder.step';
import { ImagesStep } from './steps/50-images.step';
import { ModelStep } from './steps/90-model.step';
import { COMPLETION_STEPS, type CompletionStep } from './steps/completion-step';
import { TaskSettings } from './task.settings';
import { TasksConfigController } from './tasks-config.controller';
import { TasksConfigService } from './tasks-config.service';
import { TasksController } from './tasks.controller';
import { TasksService } from './tasks.service';
import { UsableModelService } from './usable-model.service';

/** Run in this order, after the access step, which runs before a request is accepted. */
const STEPS = [ControlsStep, ParamsStep, VariablesStep, FolderStep, ImagesStep, ModelStep];

@Module({
  imports: [
    TypeOrmModule.forFeature([CompletionTask]),
    SettingsModule.forFeature([CompletionsSettings, DirectConnectionsSettings, TaskSettings]),
    UsersModule,
    GroupsModule,
    ProvidersModule,
    ModelsModule,
    FoldersModule,
    ChatsModule,
  ],
  controllers: [
    CompletionsController,
    TasksConfigController,
    TasksController,
    EmbeddingsController,
    OpenAiApiController,
    OllamaApiController,
  ],
  providers: [
    AccessStep,
    ...STEPS,
    { provide: COMPLETION_STEPS, inject: STEPS, useFactory: (...steps: CompletionStep[]) => steps },
    BackgroundTasksService,
    CompletionTasksRepository,
    CompletionsNotifier,
    CompletionsService,
    DirectConnectionService,
    EmbeddingsService,
    GenerationService,
    InterruptedRepliesService,
    ModelCallService,
    OllamaApiService,
    OllamaModelsService,
    OpenAiApiService,
    PromptVariablesService,
    ReplyAnswerService,
    ReplyTaskService,
    RunningReplies,
    TasksConfigService,
    TasksService,
    UsableModelService,
  ],
  exports: [TasksService],
})
export class CompletionsModule {}
