import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../../common/util/json';
import { Transaction } from '../../../platform/database/transaction';
import { SettingsDocument } from '../../../platform/settings/settings-document';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { DirectConnectionsSettings } from '../../completions/completions.settings';
import { ProvidersSettings } from '../../providers/providers.settings';
import { AppSettings } from '../app.settings';
import type { Banner, ConnectionsConfig, PromptSuggestion, WebhookConfig } from './configs.dto';

/** The settings pages of the whole installation. */
@Injectable()
export class ConfigsService {
  constructor(
    private readonly settings: AppSettings,
    private readonly store: SettingsStore,
    private readonly document: SettingsDocument,
    private readonly transaction: Transaction,
  ) {}

  export(): JsonObject {
    return this.document.export();
  }

  async import(config: JsonObject): Promise<JsonObject> {
    await this.document.import(config);
    return this.export();
  }

  getConnections(): ConnectionsConfig {
    return {
      ENABLE_DIRECT_CONNECTIONS: this.store.live(DirectConnectionsSettings).enable,
      ENABLE_BASE_MODELS_CACHE: this.store.live(ProvidersSettings).is_model_list_kept,
    };
  }

  async saveConnections(request: ConnectionsConfig): Promise<ConnectionsConfig> {
    await this.transaction.run(async () => {
      await this.store.save(DirectConnectionsSettings, { enable: request.ENABLE_DIRECT_CONNECTIONS });
      await this.store.save(ProvidersSettings, { is_model_list_kept: request.ENABLE_BASE_MODELS_CACHE });
    });
    return this.getConnections();
  }

  getBanners(): Banner[] {
    return this.settings.banners;
  }

  async saveBanners(banners: Banner[]): Promise<Banner[]> {
    await this.store.save(AppSettings, { banners: plain(banners) });
    return this.settings.banners;
  }

  async saveSuggestions(suggestions: PromptSuggestion[]): Promise<PromptSuggestion[]> {
    await this.store.save(AppSettings, { prompt_suggestions: plain(suggestions) });
    return this.settings.prompt_suggestions;
  }

  getWebhook(): WebhookConfig {
    return { url: this.store.shown(AppSettings).webhook_url };
  }

  async saveWebhook({ url }: WebhookConfig): Promise<WebhookConfig> {
    await this.store.saveForm(AppSettings, { webhook_url: url.trim() });
    return this.getWebhook();
  }
}

/** Without the request classes, by which equal values would compare as different. */
const plain = <T extends object>(items: T[]): T[] => items.map((item) => ({ ...item }));
