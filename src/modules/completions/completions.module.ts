import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { DeclarationsModule } from '../../platform/discovery/declarations.module';
import { SettingsModule } from '../../platform/settings/settings.module';
import { ChatsModule } from '../chats/chats.module';
import { CodeModule } from '../code/code.module';
import { FilesModule } from '../files/files.module';
import { FunctionsModule } from '../functions/functions.module';
import { FoldersModule } from '../folders/folders.module';
import { GroupsModule } from '../groups/groups.module';
import { MemoriesModule } from '../memories/memories.module';
import { ModelsModule } from '../models/models.module';
import { ProvidersModule } from '../providers/providers.module';
import { RetrievalApiModule } from '../retrieval/api/retrieval-api.module';
import { RetrievalChatModule } from '../retrieval/chat/retrieval-chat.module';
import { WebModule } from '../retrieval/web/web.module';
import { UsersModule } from '../users/users.module';
import { AdmissionService } from './admission.service';
import { BackgroundTasksService } from './background/background-tasks.service';
import { CompletionTask } from './reply/completion-task.entity';
import { CompletionTasksRepository } from './reply/completion-tasks.repository';
import { CompletionsController } from './completions.controller';
import { CompletionsNotifier } from './reply/completions.notifier';
import { CompletionsService } from './completions.service';
import { CompletionsSettings, DirectConnectionsSettings } from './completions.settings';
import { DirectConnectionService } from './generation/direct-connection.service';
import { EmbeddingsController } from './api/embeddings/embeddings.controller';
import { EmbeddingsService } from './api/embeddings/embeddings.service';
import { GenerationService } from './generation/generation.service';
import { ActionsService } from './functions/actions.service';
import { FiltersService } from './functions/filters.service';
import { MessageEmitterService } from './functions/message-emitter.service';
import { ReplyHostService } from './functions/reply-host.service';
import { InterpreterService } from './interpreter/interpreter.service';
import { InterruptedRepliesService } from './reply/interrupted-replies.service';
import { ModelCallService } from './generation/model-call.service';
import { OllamaApiController, OllamaOpenAiController } from './api/ollama/ollama-api.controller';
import { OllamaApiService } from './api/ollama/ollama-api.service';
import { OllamaModelsService } from './api/ollama/ollama-models.service';
import { OpenAiApiController } from './api/openai/openai-api.controller';
import { OpenAiApiService } from './api/openai/openai-api.service';
import { PipelineService } from './pipeline.service';
import { ModelRulesService } from './steps/model-rules.service';
import { PromptVariablesService } from './steps/prompt-variables.service';
import { ReplyEventsService } from './reply/stream/reply-events.service';
import { ReplyRelayService } from './reply/stream/reply-relay.service';
import { ReplyStreamsController } from './reply/stream/reply-streams.controller';
import { ReplyStreamsGateway } from './reply/stream/reply-streams.gateway';
import { ReplyStreamsService } from './reply/stream/reply-streams.service';
import { ReplyPlacesService } from './reply-places.service';
import { ReplyRunner } from './reply/reply-runner';
import { RunningReplies } from './reply/running-replies';
import { AccessStep } from './steps/10-access.step';
import { AttachmentLimitsStep } from './steps/12-attachment-limits.step';
import { ControlsStep } from './steps/15-controls.step';
import { ParamsStep } from './steps/20-params.step';
import { VariablesStep } from './steps/30-variables.step';
import { FolderStep } from './steps/40-folder.step';
import { KnowledgeStep } from './steps/42-knowledge.step';
import { FiltersStep } from './steps/46-filters.step';
import { ImagesStep } from './steps/50-images.step';
import { VoiceStep } from './steps/52-voice.step';
import { MemoryStep } from './steps/54-memory.step';
import { WebSearchStep } from './steps/60-web-search.step';
import { CodeInterpreterStep } from './steps/62-code-interpreter.step';
import { FilesStep } from './steps/63-files.step';
import { ToolsStep } from './steps/64-tools.step';
import { AttachmentsStep } from './steps/70-attachments.step';
import { ContextStep } from './steps/80-context.step';
import { ContextSummaryService } from './steps/window/context-summary.service';
import { ContextWindowSettings } from './steps/window/context-window.settings';
import { ContextWindowStep } from './steps/window/85-context-window.step';
import { ModelStep } from './steps/90-model.step';
import { TaskModelService } from './background/task-model.service';
import { TaskSettings } from './background/task.settings';
import { TaskCompletionsController } from './background/task-completions.controller';
import { TaskRequestsService } from './background/task-requests.service';
import { TasksConfigController } from './background/tasks-config.controller';
import { TasksConfigService } from './background/tasks-config.service';
import { QueryGenerationService } from './steps/query-generation.service';
import { TasksController } from './reply/tasks.controller';
import { SocketsSinkFactory } from './reply/sockets.sink';
import { StoreSinkFactory } from './reply/store.sink';
import { TasksService } from './reply/tasks.service';
import { DirectToolsSource } from './tools/direct-tools.source';
import { PromptedCallsService } from './tools/prompted-calls.service';
import { ToolCatalogService } from './tools/tool-catalog.service';
import { ToolResultsService } from './tools/tool-results.service';
import { UsableModelService } from './generation/usable-model.service';
import { Completions1764000090000 } from './migrations/1764000090000-completions';
import { CompletionTaskModel1764005000000 } from './migrations/1764005000000-completion-task-model';

/** Discovered by their decorators, like those of other modules; each declares its order. */
const STEPS = [
  AccessStep,
  AttachmentLimitsStep,
  ControlsStep,
  ParamsStep,
  VariablesStep,
  FolderStep,
  KnowledgeStep,
  FiltersStep,
  ImagesStep,
  VoiceStep,
  MemoryStep,
  WebSearchStep,
  CodeInterpreterStep,
  FilesStep,
  ToolsStep,
  AttachmentsStep,
  ContextStep,
  ContextWindowStep,
  ModelStep,
];
const SINKS = [StoreSinkFactory, SocketsSinkFactory];

@Module({
  imports: [
    DatabaseModule.forFeature({
      entities: [CompletionTask],
      migrations: [Completions1764000090000, CompletionTaskModel1764005000000],
    }),
    DeclarationsModule,
    SettingsModule.forFeature([CompletionsSettings, ContextWindowSettings, DirectConnectionsSettings, TaskSettings]),
    UsersModule,
    GroupsModule,
    ProvidersModule,
    ModelsModule,
    RetrievalApiModule,
    RetrievalChatModule,
    WebModule,
    MemoriesModule,
    FilesModule,
    CodeModule,
    FunctionsModule,
    FoldersModule,
    ChatsModule,
  ],
  controllers: [
    CompletionsController,
    TasksConfigController,
    TaskCompletionsController,
    TasksController,
    EmbeddingsController,
    ReplyStreamsController,
    OpenAiApiController,
    OllamaApiController,
    OllamaOpenAiController,
  ],
  providers: [
    ...STEPS,
    ...SINKS,
    ActionsService,
    AdmissionService,
    BackgroundTasksService,
    CompletionTasksRepository,
    CompletionsNotifier,
    CompletionsService,
    ContextSummaryService,
    DirectConnectionService,
    DirectToolsSource,
    EmbeddingsService,
    FiltersService,
    GenerationService,
    InterpreterService,
    InterruptedRepliesService,
    MessageEmitterService,
    ModelCallService,
    OllamaApiService,
    OllamaModelsService,
    OpenAiApiService,
    ModelRulesService,
    PipelineService,
    PromptedCallsService,
    PromptVariablesService,
    QueryGenerationService,
    ReplyHostService,
    ReplyEventsService,
    ReplyPlacesService,
    ReplyRelayService,
    ReplyRunner,
    ReplyStreamsGateway,
    ReplyStreamsService,
    RunningReplies,
    TaskModelService,
    TaskRequestsService,
    TasksConfigService,
    TasksService,
    ToolCatalogService,
    ToolResultsService,
    UsableModelService,
  ],
  exports: [TasksService],
})
export class CompletionsModule {}
