import type { OAuthSessionsService } from '../../src/modules/auth/oauth/tokens/oauth-sessions.service';
import { ConnectionAuthService } from '../../src/modules/providers/openai/auth/connection-auth.service';
import { EntraTokensService } from '../../src/modules/providers/openai/auth/entra-tokens.service';
import { EntraSettings } from '../../src/modules/providers/openai/auth/entra.settings';
import { OpenAiConnectionsService } from '../../src/modules/providers/openai/openai-connections.service';
import { OpenAiModelListsService } from '../../src/modules/providers/openai/openai-model-lists.service';
import { OpenAiProvider } from '../../src/modules/providers/openai/openai-provider.service';
import { OpenAiSettings } from '../../src/modules/providers/openai/openai.settings';
import { ProviderHttpService } from '../../src/modules/providers/provider-http.service';
import { ProvidersService } from '../../src/modules/providers/providers.service';
import { ProvidersSettings } from '../../src/modules/providers/providers.settings';
import type { UsageRecordsRepository } from '../../src/modules/providers/usage/usage-records.repository';
import { UsageService } from '../../src/modules/providers/usage/usage.service';
import type { NewUsageRecord } from '../../src/modules/providers/usage/usage.types';
import { Env } from '../../src/platform/env/env';
import { HttpClient } from '../../src/platform/http-client/http-client';

/** The driver of OpenAI-compatible servers and what it stands on, without application and database. */
export function openAiParts(connection: Partial<OpenAiSettings>) {
  const http = new HttpClient(new Env({}));
  const settings = Object.assign(new OpenAiSettings(), connection);
  const options = new ProvidersSettings();
  const entra = new EntraSettings();
  const calls = new ProviderHttpService(http, options);
  /** Tokens of identity providers, by user. */
  const signIns = new Map<string, string>();
  const oauth = { accessTokenOf: (id: string) => Promise.resolve(signIns.get(id) ?? null) } as OAuthSessionsService;
  const auth = new ConnectionAuthService(new EntraTokensService(http, entra), oauth);
  const lists = new OpenAiModelListsService(settings, options, new OpenAiConnectionsService(calls, options, auth));
  const records: NewUsageRecord[] = [];
  const insert = (batch: NewUsageRecord[]) => Promise.resolve(void records.push(...batch));
  const usage = new UsageService({ insert } as unknown as UsageRecordsRepository);
  const providers = new ProvidersService(usage);
  const provider = new OpenAiProvider(settings, options, lists, calls, auth, providers);
  const close = () => http.onApplicationShutdown();
  return { settings, options, entra, signIns, lists, provider, providers, usage, records, close };
}
