import { Injectable, Logger, StreamableFile } from '@nestjs/common';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { HttpClient } from '../../../platform/http-client/http-client';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { PublicUrlSettings } from '../../auth/public-url.settings';
import { AppSettings } from '../app.settings';

/** Milliseconds to wait for an external manifest. */
const TIMEOUT = 3000;
const MAX_MANIFEST = 256 * 1024;

/** Generates the documents by which browsers and phones install the client. */
@Injectable()
export class PwaService {
  private readonly logger = new Logger(PwaService.name);

  constructor(
    private readonly settings: AppSettings,
    private readonly store: SettingsStore,
    private readonly http: HttpClient,
  ) {}

  /** The manifest of `EXTERNAL_PWA_MANIFEST_URL` if available, otherwise a generated one. */
  async getManifest(): Promise<JsonObject> {
    const { manifest_url: url, name } = this.settings;
    return (url === null ? null : await this.fetchManifest(url)) ?? manifestOf(name);
  }

  /** @param origin of the request, for an installation without `WEBUI_URL`. */
  getSearch(origin: string): StreamableFile {
    const base = this.store.live(PublicUrlSettings).url.replace(/(?<!\/)\/+$/, '') || origin;
    const document = Buffer.from(searchOf(this.settings.name, base));
    return new StreamableFile(document, { type: 'application/xml', length: document.length });
  }

  private async fetchManifest(url: string): Promise<JsonObject | null> {
    try {
      const answer = await this.http.send(url, { timeout: TIMEOUT });
      const manifest: unknown = JSON.parse(await answer.text(MAX_MANIFEST));
      if (answer.isSuccess && isJsonObject(manifest)) return manifest;
      this.logger.warn(`EXTERNAL_PWA_MANIFEST_URL returned no manifest (${answer.status})`);
    } catch (error) {
      this.logger.warn(`EXTERNAL_PWA_MANIFEST_URL is not responding: ${String(error)}`);
    }
    return null;
  }
}

function manifestOf(name: string): JsonObject {
  const icon = { src: '/static/logo.png', type: 'image/png', sizes: '500x500' };
  return {
    name,
    short_name: name,
    description: `${name} is a self-hosted place to chat with language models.`,
    start_url: '/',
    display: 'standalone',
    background_color: '#343541',
    icons: [
      { ...icon, purpose: 'any' },
      { ...icon, purpose: 'maskable' },
    ],
    share_target: { action: '/', method: 'GET', params: { text: 'shared' } },
  };
}

const XML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => XML[character] ?? '');

function searchOf(name: string, base: string): string {
  const [title, url] = [escape(name), escape(base)];
  return `<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/" xmlns:moz="http://www.mozilla.org/2006/browser/search/">
<ShortName>${title}</ShortName>
<Description>Search ${title}</Description>
<InputEncoding>UTF-8</InputEncoding>
<Image width="16" height="16" type="image/x-icon">${url}/static/favicon.png</Image>
<Url type="text/html" method="get" template="${url}/?q={searchTerms}"/>
<moz:SearchForm>${url}</moz:SearchForm>
</OpenSearchDescription>
`;
}
