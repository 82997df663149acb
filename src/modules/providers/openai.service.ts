import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AppError, NotFoundError } from '../../common/errors/app-error';
import { isJsonObject, type JsonObject } from '../../common/util/json';
import { SettingsPage } from '../../platform/settings/settings-page';
import { SettingsStore } from '../../platform/settings/settings-store';
import { optionsOf } from './connection-base';
import { connectionsOf, toConnection } from './openai/connection';
import { withoutUnusable } from './openai/models.mapper';
import { OpenAiConnectionsService } from './openai/openai-connections.service';
import {
  toOpenAiConfigResponse,
  toOpenAiSettings,
  type OpenAiConfigRequest,
  type OpenAiConfigResponse,
  type OpenAiVerifyRequest,
} from './openai.dto';
import { OpenAiSettings } from './openai.settings';
import { ProviderError, ProviderUnreachableError } from './provider-errors';

/** Administration of the OpenAI-compatible connections. */
@Injectable()
export class OpenAiService extends SettingsPage<OpenAiSettings, OpenAiConfigResponse, OpenAiConfigRequest> {
  protected readonly words = { section: OpenAiSettings, show: toOpenAiConfigResponse, read: toOpenAiSettings };

  constructor(
    settings: OpenAiSettings,
    store: SettingsStore,
    private readonly connections: OpenAiConnectionsService,
  ) {
    super(settings, store);
  }

  /** What a server answers to `GET /models`: JSON or a text. Its error answers are passed on as they are. */
  verify(caller: Principal, { url, key, config }: OpenAiVerifyRequest): Promise<unknown> {
    const [secret, options] = this.secretsOf(url, key, config ?? {});
    return this.connections.fetchModels(toConnection(0, url, secret, options), caller);
  }

  /** What stands for a saved secret is understood for the servers that have it, and for no other. */
  private secretsOf(url: string, key: string, config: JsonObject): [string, JsonObject] {
    const isSaved = this.settings.base_urls.some(
      (saved) => toConnection(0, saved, '', {}).url === toConnection(0, url, '', {}).url,
    );
    if (!isSaved) return [key, config];
    const { keys, configs } = this.store.meant(OpenAiSettings, { keys: [key], configs: { 0: config } });
    return [keys?.[0] ?? '', optionsOf(configs ?? {}, 0, url)];
  }

  /**
   * The model list of one connection as its server gives it, also of a disabled one.
   * @throws NotFoundError for an index without a connection; 500 in the contract's words when the server fails.
   */
  async listModelsOf(caller: Principal, index: number): Promise<unknown> {
    const connection = connectionsOf(this.settings)[index];
    if (!connection) throw new NotFoundError();
    if (connection.isAzure) return { data: connection.modelIds, object: 'list' };
    const answer = await this.connections.fetchModels(connection, caller).catch((error: unknown) => {
      throw error instanceof ProviderError ? unexpected(error) : error;
    });
    if (typeof answer === 'string') throw new ProviderUnreachableError(new Error('The model list is no JSON'));
    return withoutUnusable(connection, answer);
  }
}

function unexpected({ status, body }: ProviderError): AppError {
  const reason = isJsonObject(body) && 'error' in body ? `External Error: ${JSON.stringify(body.error)}` : undefined;
  return new AppError(500, `Unexpected error: ${reason ?? `HTTP Error: ${status}`}`);
}
