import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { AppError, NotFoundError } from '../../../common/errors/app-error';
import { isJsonObject } from '../../../common/util/json';
import { SettingsPage } from '../../../platform/settings/settings-page';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { connectionsOf } from './connection';
import { withoutUnusable } from './mapping/models.mapper';
import { OpenAiConnectionsService } from './openai-connections.service';
import {
  toOpenAiConfigResponse,
  toOpenAiSettings,
  type OpenAiConfigRequest,
  type OpenAiConfigResponse,
  type OpenAiVerifyRequest,
} from './openai.dto';
import { OpenAiSettings } from './openai.settings';
import { ProviderError, ProviderUnreachableError } from '../provider.errors';

/** Administration of the OpenAI-compatible connections. */
@Injectable()
export class OpenAiService extends SettingsPage<OpenAiSettings, OpenAiConfigResponse, OpenAiConfigRequest> {
  protected readonly form = { section: OpenAiSettings, show: toOpenAiConfigResponse, read: toOpenAiSettings };

  constructor(
    settings: OpenAiSettings,
    store: SettingsStore,
    private readonly connections: OpenAiConnectionsService,
  ) {
    super(settings, store);
  }

  /** The response to `GET /models`: JSON or a string. Error responses are passed through. */
  verify(principal: Principal, { url, key, config }: OpenAiVerifyRequest): Promise<unknown> {
    const entered = { base_urls: [url], keys: [key], configs: { 0: config ?? {} } };
    const [connection] = connectionsOf({ ...entered, ...this.store.unmasked(OpenAiSettings, entered) });
    if (!connection) throw new NotFoundError();
    return this.connections.fetchModels(connection, principal);
  }

  /**
   * The unchanged model list of one connection, which may be disabled.
   * @throws NotFoundError for an index without a connection; AppError 500 with the contract's text when the server
   * fails.
   */
  async listModelsOf(principal: Principal, index: number): Promise<unknown> {
    const connection = connectionsOf(this.settings)[index];
    if (!connection) throw new NotFoundError();
    if (connection.isAzure) return { data: connection.modelIds, object: 'list' };
    const answer = await this.connections.fetchModels(connection, principal).catch((error: unknown) => {
      throw error instanceof ProviderError ? unexpected(error) : error;
    });
    if (typeof answer === 'string') throw new ProviderUnreachableError(new Error('The model list is not JSON'));
    return withoutUnusable(connection, answer);
  }
}

function unexpected({ status, body }: ProviderError): AppError {
  const reason = isJsonObject(body) && 'error' in body ? `External Error: ${JSON.stringify(body.error)}` : undefined;
  return new AppError(500, `Unexpected error: ${reason ?? `HTTP Error: ${status}`}`);
}
