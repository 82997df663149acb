import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { SettingsModule } from '../../platform/settings/settings.module';
import { OAuthModule } from '../auth/oauth/oauth.module';
import { UsersModule } from '../users/users.module';
import { SpeechCacheCleanupJob } from './openai/speech/speech-cache-cleanup.job';
import { UsageRetentionJob } from './usage/usage-retention.job';
import { ConnectionAuthService } from './openai/auth/connection-auth.service';
import { EntraTokensService } from './openai/auth/entra-tokens.service';
import { EntraSettings } from './openai/auth/entra.settings';
import { ModelDownloadsService } from './ollama/files/model-downloads.service';
import { OllamaHostsService } from './ollama/ollama-hosts.service';
import { OllamaModelListsService } from './ollama/ollama-model-lists.service';
import { OllamaProvider } from './ollama/ollama-provider.service';
import { OllamaFilesController } from './ollama/files/ollama-files.controller';
import { OllamaFilesService } from './ollama/files/ollama-files.service';
import { OllamaLibraryController } from './ollama/ollama-library.controller';
import { OllamaLibraryService } from './ollama/ollama-library.service';
import { OllamaServersController } from './ollama/ollama-servers.controller';
import { OllamaServersService } from './ollama/ollama-servers.service';
import { OllamaService } from './ollama/ollama.service';
import { OllamaSettings } from './ollama/ollama.settings';
import { OpenAiConnectionsService } from './openai/openai-connections.service';
import { OpenAiModelListsService } from './openai/openai-model-lists.service';
import { OpenAiProvider } from './openai/openai-provider.service';
import { OpenAiController } from './openai/openai.controller';
import { OpenAiProxyService } from './openai/openai-proxy.service';
import { OpenAiService } from './openai/openai.service';
import { OpenAiSettings } from './openai/openai.settings';
import { SpeechCacheService } from './openai/speech/speech-cache.service';
import { ProviderHttpService } from './provider-http.service';
import { ProvidersService } from './providers.service';
import { ProvidersSettings } from './providers.settings';
import { UsageRecord } from './usage/usage-record.entity';
import { UsageRecordsRepository } from './usage/usage-records.repository';
import { UsageReportsService } from './usage/usage-reports.service';
import { UsageController } from './usage/usage.controller';
import { UsageService } from './usage/usage.service';
import { Usage1764000400000 } from './migrations/1764000400000-usage';

/** Connections to model providers, behind the port `ChatProvider`. */
@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [UsageRecord], migrations: [Usage1764000400000] }),
    SettingsModule.forFeature([OpenAiSettings, OllamaSettings, EntraSettings, ProvidersSettings]),
    UsersModule,
    OAuthModule,
  ],
  controllers: [
    OpenAiController,
    OllamaServersController,
    OllamaLibraryController,
    OllamaFilesController,
    UsageController,
  ],
  providers: [
    ProvidersService,
    ProviderHttpService,
    OpenAiService,
    OpenAiProvider,
    OpenAiProxyService,
    OpenAiConnectionsService,
    OpenAiModelListsService,
    ConnectionAuthService,
    EntraTokensService,
    UsageService,
    UsageReportsService,
    UsageRecordsRepository,
    OllamaProvider,
    OllamaHostsService,
    OllamaModelListsService,
    OllamaService,
    OllamaServersService,
    OllamaLibraryService,
    OllamaFilesService,
    ModelDownloadsService,
    UsageRetentionJob,
    SpeechCacheCleanupJob,
    SpeechCacheService,
  ],
  exports: [ProvidersService, OllamaService, UsageService, OpenAiProxyService],
})
export class ProvidersModule {}
