import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SettingsModule } from '../../platform/settings/settings.module';
import { OAuthModule } from '../auth/oauth/oauth.module';
import { UsersModule } from '../users/users.module';
import { ForgetSpeechJob } from './forget-speech.job';
import { ForgetUsageJob } from './forget-usage.job';
import { ConnectionAuthService } from './openai/connection-auth.service';
import { EntraTokensService } from './openai/entra-tokens.service';
import { EntraSettings } from './openai/entra.settings';
import { ModelDownloadsService } from './ollama/model-downloads.service';
import { OllamaHostsService } from './ollama/ollama-hosts.service';
import { OllamaModelListsService } from './ollama/ollama-model-lists.service';
import { OllamaProvider } from './ollama/ollama-provider.service';
import { OllamaFilesController } from './ollama-files.controller';
import { OllamaFilesService } from './ollama-files.service';
import { OllamaLibraryController } from './ollama-library.controller';
import { OllamaLibraryService } from './ollama-library.service';
import { OllamaServersController } from './ollama-servers.controller';
import { OllamaServersService } from './ollama-servers.service';
import { OllamaService } from './ollama.service';
import { OllamaSettings } from './ollama.settings';
import { OpenAiConnectionsService } from './openai/openai-connections.service';
import { OpenAiModelListsService } from './openai/openai-model-lists.service';
import { OpenAiProvider } from './openai/openai-provider.service';
import { OpenAiController } from './openai.controller';
import { OpenAiProxyService } from './openai-proxy.service';
import { OpenAiService } from './openai.service';
import { OpenAiSettings } from './openai.settings';
import { SpeechCacheService } from './openai/speech-cache.service';
import { ProviderHttpService } from './provider-http.service';
import { ProvidersService } from './providers.service';
import { ProvidersSettings } from './providers.settings';
import { UsageRecord } from './usage-record.entity';
import { UsageRecordsRepository } from './usage-records.repository';
import { UsageReportsService } from './usage-reports.service';
import { UsageController } from './usage.controller';
import { UsageService } from './usage.service';

/** Who answers chats: connections to model providers behind one port. */
@Module({
  imports: [
    TypeOrmModule.forFeature([UsageRecord]),
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
    ForgetUsageJob,
    ForgetSpeechJob,
    SpeechCacheService,
  ],
  exports: [ProvidersService, OllamaService, UsageService, OpenAiProxyService],
})
export class ProvidersModule {}
