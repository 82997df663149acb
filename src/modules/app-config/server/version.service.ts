import { Injectable } from '@nestjs/common';
import { version } from '../../../../package.json';
import { HttpClient } from '../../../platform/http-client/http-client';
import { AppSettings } from '../app.settings';
import { UpdateCheckSettings } from './update-check.settings';
import type { ServerInfo, VersionResponse, VersionUpdatesResponse } from './server.dto';

/** Name and release of this server; clients adapt to the release of the interface instead. */
export const SERVER: ServerInfo = { name: 'Confab', version };

/** Milliseconds to wait for the newest release. */
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

  /** Whether clients of administrators check for a newer release. */
  get isUpdateCheckEnabled(): boolean {
    return this.check.is_enabled && !this.check.is_offline;
  }

  /** Releases of this server if `UPDATE_CHECK_URL` is set and available, otherwise of the interface. */
  async getUpdates(): Promise<VersionUpdatesResponse> {
    const newest = this.isUpdateCheckEnabled && this.check.url !== null ? await this.newest(this.check.url) : null;
    if (newest !== null) return { current: SERVER.version, latest: newest };
    const { interface_version: current } = this.settings;
    return { current, latest: current };
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
