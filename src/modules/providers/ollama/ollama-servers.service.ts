import { Injectable } from '@nestjs/common';
import { AppError } from '../../../common/errors/app-error';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { SettingsPage } from '../../../platform/settings/settings-page';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { optionsOf } from '../connection-base';
import { mergePlaces, toLoadedModels, toOllamaModels, toProviderModel } from './mapping/models.mapper';
import { withErrorForm } from './ollama-errors';
import { lowestVersion, toHost, type OllamaHost } from './ollama-host';
import { OllamaHostsService } from './ollama-hosts.service';
import {
  toOllamaConfigResponse,
  toOllamaSettings,
  type OllamaConfigRequest,
  type OllamaConfigResponse,
  type OllamaModelsResponse,
  type OllamaOpenAiListResponse,
  type OllamaVerifyRequest,
  type OllamaVersionResponse,
} from './ollama.dto';
import { OllamaSettings } from './ollama.settings';
import { ProviderDetail, ProviderError } from '../provider.errors';

/** Configuration, versions and loaded models of the Ollama servers. */
@Injectable()
export class OllamaServersService extends SettingsPage<OllamaSettings, OllamaConfigResponse, OllamaConfigRequest> {
  protected readonly form = { section: OllamaSettings, show: toOllamaConfigResponse, read: toOllamaSettings };

  constructor(
    settings: OllamaSettings,
    store: SettingsStore,
    private readonly hosts: OllamaHostsService,
  ) {
    super(settings, store);
  }

  /** The response to `GET /api/version`. @throws AppError 500 with the contract's text for any failure. */
  async verify({ url, key }: OllamaVerifyRequest): Promise<unknown> {
    const answer = await this.askVersion(toHost(0, url, this.optionsFor(url, { key }))).catch((error: unknown) => {
      throw error instanceof ProviderError ? unexpected(error) : error;
    });
    if (typeof answer === 'string') throw new AppError(500, ProviderDetail.connection);
    return answer;
  }

  /** Replaces a masked key by the stored one. @throws ConflictError when it is stored for another server. */
  private optionsFor(url: string, options: JsonObject): JsonObject {
    const { configs } = this.store.unmasked(OllamaSettings, { base_urls: [url], configs: { 0: options } });
    return optionsOf(configs ?? {}, 0, url);
  }

  /** The lowest version of all servers, or the version of one; failing servers are ignored. */
  async version(index?: number): Promise<unknown> {
    if (index !== undefined) return withErrorForm('named', this.askVersion(this.hosts.get(index)));
    if (!this.settings.is_enabled) return { version: false } satisfies OllamaVersionResponse;
    const versions = await this.ofAll(async (host) => versionIn(await this.askVersion(host)));
    const version = lowestVersion(versions.filter((found) => found !== undefined));
    if (version === undefined) throw new AppError(500, 'Could not connect to Ollama');
    return { version } satisfies OllamaVersionResponse;
  }

  /** The loaded models of all reachable servers. */
  async listLoaded(): Promise<OllamaModelsResponse> {
    const timeout = this.hosts.shortTimeout;
    const lists = await this.ofAll(async (host) =>
      toLoadedModels(host, await this.hosts.read(host, { path: '/api/ps', timeout })),
    );
    return { models: mergePlaces(lists.flat()) };
  }

  /** The unchanged model list of one server, which may be disabled. */
  listOf(index: number): Promise<unknown> {
    const call = { path: '/api/tags', timeout: this.hosts.shortTimeout };
    return withErrorForm('named', this.hosts.read(this.hosts.get(index), call));
  }

  async listForOpenAi(index: number): Promise<OllamaOpenAiListResponse> {
    const models = toOllamaModels({ ...this.hosts.get(index), prefix: '', modelIds: [] }, await this.listOf(index));
    const data = models
      .map(toProviderModel)
      .map(({ id, created }) => ({ id, object: 'model', created, owned_by: 'openai' }));
    return { data, object: 'list' };
  }

  private askVersion(host: OllamaHost): Promise<unknown> {
    return this.hosts.read(host, { path: '/api/version', timeout: this.hosts.shortTimeout });
  }

  /** The responses of the enabled servers; failures are left out. */
  private async ofAll<T>(ask: (host: OllamaHost) => Promise<T>): Promise<T[]> {
    const answers = await Promise.allSettled(this.hosts.enabled().map(ask));
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  }
}

const versionIn = (answer: unknown): string | undefined =>
  isJsonObject(answer) && typeof answer.version === 'string' ? answer.version : undefined;

function unexpected({ body, message }: ProviderError): AppError {
  const hasMessage = isJsonObject(body) && body.error !== undefined;
  return new AppError(500, hasMessage ? `Unexpected error: External Error: ${message}` : ProviderDetail.connection);
}
