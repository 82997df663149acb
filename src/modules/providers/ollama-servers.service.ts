import { Injectable } from '@nestjs/common';
import { AppError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { isJsonObject, type JsonObject } from '../../common/util/json';
import { SettingsPage } from '../../platform/settings/settings-page';
import { SettingsStore } from '../../platform/settings/settings-store';
import { optionsOf } from './connection-base';
import { lowestVersion } from './ollama/lowest-version';
import { mergePlaces, toLoadedModels, toOllamaModels, toProviderModel } from './ollama/models.mapper';
import { relaying } from './ollama/ollama-errors';
import { toHost, type OllamaHost } from './ollama/ollama-host';
import { OllamaHostsService } from './ollama/ollama-hosts.service';
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
import { ProviderError } from './provider-errors';

/** The Ollama servers themselves: which there are, whether they answer, what they have in memory. */
@Injectable()
export class OllamaServersService extends SettingsPage<OllamaSettings, OllamaConfigResponse, OllamaConfigRequest> {
  protected readonly words = { section: OllamaSettings, show: toOllamaConfigResponse, read: toOllamaSettings };

  constructor(
    settings: OllamaSettings,
    store: SettingsStore,
    private readonly hosts: OllamaHostsService,
  ) {
    super(settings, store);
  }

  /** What a server answers to `GET /api/version`. @throws 500 in the contract's words when it answers nothing good. */
  async verify({ url, key }: OllamaVerifyRequest): Promise<unknown> {
    const answer = await this.askVersion(toHost(0, url, this.optionsFor(url, { key }))).catch((error: unknown) => {
      throw error instanceof ProviderError ? unexpected(error) : error;
    });
    if (typeof answer === 'string') throw new AppError(500, Detail.connection);
    return answer;
  }

  /** What stands for a saved key is understood for the servers that are saved, and for no other. */
  private optionsFor(url: string, options: JsonObject): JsonObject {
    if (!this.settings.base_urls.some((saved) => toHost(0, saved, {}).url === toHost(0, url, {}).url)) return options;
    return optionsOf(this.store.meant(OllamaSettings, { configs: { 0: options } }).configs ?? {}, 0, url);
  }

  /** The lowest version of all servers, or that of one; servers that do not answer well count as none. */
  async version(index?: number): Promise<unknown> {
    if (index !== undefined) return relaying('named', this.askVersion(this.hosts.get(index)));
    if (!this.settings.is_enabled) return { version: false } satisfies OllamaVersionResponse;
    const versions = await this.ofAll(async (host) => versionIn(await this.askVersion(host)));
    const version = lowestVersion(versions.filter((found) => found !== undefined));
    if (version === undefined) throw new AppError(500, 'Could not connect to Ollama');
    return { version } satisfies OllamaVersionResponse;
  }

  /** What the servers that answer have in memory. */
  async listLoaded(): Promise<OllamaModelsResponse> {
    const timeout = this.hosts.shortTimeout;
    const lists = await this.ofAll(async (host) =>
      toLoadedModels(host, await this.hosts.read(host, { path: '/api/ps', timeout })),
    );
    return { models: mergePlaces(lists.flat()) };
  }

  /** The model list of one server as it gives it, also of a disabled one. */
  listOf(index: number): Promise<unknown> {
    const call = { path: '/api/tags', timeout: this.hosts.shortTimeout };
    return relaying('named', this.hosts.read(this.hosts.get(index), call));
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

  /** What the enabled servers answer; those that fail are left out. */
  private async ofAll<T>(ask: (host: OllamaHost) => Promise<T>): Promise<T[]> {
    const answers = await Promise.allSettled(this.hosts.enabled().map(ask));
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  }
}

const versionIn = (answer: unknown): string | undefined =>
  isJsonObject(answer) && typeof answer.version === 'string' ? answer.version : undefined;

function unexpected({ body, message }: ProviderError): AppError {
  const isTold = isJsonObject(body) && body.error !== undefined;
  return new AppError(500, isTold ? `Unexpected error: External Error: ${message}` : Detail.connection);
}
