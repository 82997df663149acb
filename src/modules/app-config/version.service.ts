import { Injectable } from '@nestjs/common';
import { HttpClient } from '../../platform/http-client/http-client';
import { AppSettings } from './app.settings';
import { SERVER } from './server-info';
import { UpdateCheckSettings } from './update-check.settings';
import type { VersionResponse, VersionUpdatesResponse } from './version.dto';

/** Milliseconds for the answer about the newest release. */
const TIMEOUT = 1000;
const MAX_ANSWER = 1024 * 1024;

@Injectable()
export class VersionService {
  constructor(
    private readonly settings: AppSettings,
    private readonly check: UpdateCheckSettings,
    private readonly http: HttpClient,
  ) {}

  get(): VersionResponse {
    return { version: this.settings.interface_version, deployment_id: this.settings.deployment_id };
  }

  /** Clients ask administrators' servers for a newer release. */
  get isUpdateCheckEnabled(): boolean {
    return this.check.is_enabled && !this.check.is_offline;
  }

  /** Both are releases of this server where one is asked for the newest; else of the interface. Failures are silent. */
  async getUpdates(): Promise<VersionUpdatesResponse> {
    const newest = this.isUpdateCheckEnabled && this.check.url !== null ? await this.newest(this.check.url) : null;
    if (newest !== null) return { current: SERVER.version, latest: newest };
    const { version } = this.get();
    return { current: version, latest: version };
  }

  private async newest(url: string): Promise<string | null> {
    try {
      const answer = await this.http.send(url, { timeout: TIMEOUT, headers: { accept: 'application/json' } });
      const { tag_name: tag } = JSON.parse(await answer.text(MAX_ANSWER)) as { tag_name?: unknown };
      return typeof tag === 'string' ? tag.replace(/^v/, '') : null;
    } catch {
      return null;
    }
  }
}
