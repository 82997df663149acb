import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ErrorsInterceptor } from './common/errors/errors.interceptor';
import { ErrorFormGuard } from './common/errors/error-form';
import { HttpErrorFilter } from './common/errors/http-error.filter';
import { ContractValidationPipe } from './common/validation/contract-validation.pipe';
import { AppConfigModule } from './modules/app-config/app-config.module';
import { FeaturesGuard, PermissionsGuard, RolesGuard } from './modules/auth/guards/access.guards';
import { AuthModule } from './modules/auth/auth.module';
import { LdapModule } from './modules/auth/ldap/ldap.module';
import { OAuthModule } from './modules/auth/oauth/oauth.module';
import { AuthenticationGuard } from './modules/auth/guards/authentication.guard';
import { CodeModule } from './modules/code/code.module';
import { CompletionsModule } from './modules/completions/completions.module';
import { EvaluationsModule } from './modules/evaluations/evaluations.module';
import { FilesModule } from './modules/files/files.module';
import { FoldersModule } from './modules/folders/folders.module';
import { FunctionsModule } from './modules/functions/functions.module';
import { GroupsModule } from './modules/groups/groups.module';
import { KnowledgeModule } from './modules/knowledge/knowledge.module';
import { MemoriesModule } from './modules/memories/memories.module';
import { ModelsModule } from './modules/models/models.module';
import { PromptsModule } from './modules/prompts/prompts.module';
import { NotesModule } from './modules/notes/notes.module';
import { ProvidersModule } from './modules/providers/providers.module';
import { RenderingModule } from './modules/rendering/rendering.module';
import { RetrievalModule } from './modules/retrieval/retrieval.module';
import { SandboxModule } from './modules/sandbox/sandbox.module';
import { ToolsModule } from './modules/tools/tools.module';
import { ToolServersModule } from './modules/tools/servers/tool-servers.module';
import { UsersModule } from './modules/users/users.module';
import { ChatsModule } from './modules/chats/chats.module';
import { ChatSearchModule } from './modules/chats/search/chat-search.module';
import { ChatSharingModule } from './modules/chats/sharing/chat-sharing.module';
import { ChatTransferModule } from './modules/chats/transfer/chat-transfer.module';
import { AuditGuard } from './platform/audit/audit.guard';
import { AuditModule } from './platform/audit/audit.module';
import { CryptoModule } from './platform/crypto/crypto.module';
import { DatabaseModule } from './platform/database/database.module';
import { EnvModule } from './platform/env/env.module';
import { EventsModule } from './platform/events/events.module';
import { JobsModule } from './platform/jobs/jobs.module';
import { ObservabilityModule } from './platform/observability/observability.module';
import { HttpClientModule } from './platform/http-client/http-client.module';
import { RealtimeModule } from './platform/realtime/realtime.module';
import { SocketGuard } from './platform/realtime/socket.guard';
import { SettingsModule } from './platform/settings/settings.module';
import { StorageModule } from './platform/storage/storage.module';
import { AddressThrottlerGuard, RequestThrottlerGuard } from './platform/throttling/throttler.guards';
import { ThrottlingInterceptor } from './platform/throttling/throttling.interceptor';
import { ThrottlingModule } from './platform/throttling/throttling.module';

/** Imports in module order; global guards, filters and interceptors in execution order. */
@Module({
  imports: [
    EnvModule,
    CryptoModule,
    DatabaseModule,
    EventsModule,
    SettingsModule,
    JobsModule,
    ObservabilityModule,
    StorageModule,
    HttpClientModule,
    RealtimeModule,
    ThrottlingModule,
    AuditModule,
    UsersModule,
    GroupsModule,
    AuthModule,
    LdapModule,
    OAuthModule,
    FilesModule,
    PromptsModule,
    NotesModule,
    ProvidersModule,
    SandboxModule,
    CodeModule,
    FunctionsModule,
    ModelsModule,
    RetrievalModule,
    KnowledgeModule,
    MemoriesModule,
    ToolsModule,
    ToolServersModule,
    FoldersModule,
    ChatsModule,
    ChatSearchModule,
    ChatSharingModule,
    ChatTransferModule,
    CompletionsModule,
    EvaluationsModule,
    RenderingModule,
    AppConfigModule,
  ],
  providers: [
    { provide: APP_PIPE, useClass: ContractValidationPipe },
    { provide: APP_GUARD, useClass: ErrorFormGuard },
    { provide: APP_GUARD, useClass: AuditGuard },
    { provide: APP_GUARD, useClass: AddressThrottlerGuard },
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: SocketGuard },
    { provide: APP_GUARD, useClass: RequestThrottlerGuard },
    { provide: APP_GUARD, useClass: RolesGuard },
    { provide: APP_GUARD, useClass: PermissionsGuard },
    { provide: APP_GUARD, useClass: FeaturesGuard },
    { provide: APP_INTERCEPTOR, useClass: ErrorsInterceptor },
    { provide: APP_INTERCEPTOR, useClass: ThrottlingInterceptor },
    { provide: APP_FILTER, useClass: HttpErrorFilter },
  ],
})
export class AppModule {}
