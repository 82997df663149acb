import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { HttpErrorFilter } from './common/errors/http-error.filter';
import { ContractValidationPipe } from './common/validation/contract-validation.pipe';
import { AppConfigModule } from './modules/app-config/app-config.module';
import { PermissionsGuard, RolesGuard } from './modules/auth/access.guards';
import { AuthModule } from './modules/auth/auth.module';
import { LdapModule } from './modules/auth/ldap/ldap.module';
import { OAuthModule } from './modules/auth/oauth/oauth.module';
import { AuthenticationGuard } from './modules/auth/authentication.guard';
import { CompletionsModule } from './modules/completions/completions.module';
import { FoldersModule } from './modules/folders/folders.module';
import { GroupsModule } from './modules/groups/groups.module';
import { ModelsModule } from './modules/models/models.module';
import { PromptsModule } from './modules/prompts/prompts.module';
import { ProvidersModule } from './modules/providers/providers.module';
import { RenderingModule } from './modules/rendering/rendering.module';
import { UsersModule } from './modules/users/users.module';
import { ChatsModule } from './modules/chats/chats.module';
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
import { SettingsModule } from './platform/settings/settings.module';
import { StorageModule } from './platform/storage/storage.module';
import { AddressThrottlerGuard } from './platform/throttling/address-throttler.guard';
import { RequestThrottlerGuard } from './platform/throttling/request-throttler.guard';
import { ThrottlingModule } from './platform/throttling/throttling.module';

/** Imports in module order; global guards, filters and interceptors in the order in which they run. */
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
    PromptsModule,
    ProvidersModule,
    ModelsModule,
    FoldersModule,
    ChatsModule,
    CompletionsModule,
    RenderingModule,
    AppConfigModule,
  ],
  providers: [
    { provide: APP_PIPE, useClass: ContractValidationPipe },
    { provide: APP_GUARD, useClass: AuditGuard },
    { provide: APP_GUARD, useClass: AddressThrottlerGuard },
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: RequestThrottlerGuard },
    { provide: APP_GUARD, useClass: RolesGuard },
    { provide: APP_GUARD, useClass: PermissionsGuard },
    { provide: APP_FILTER, useClass: HttpErrorFilter },
  ],
})
export class AppModule {}
