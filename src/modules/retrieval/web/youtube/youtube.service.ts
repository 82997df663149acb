import { Injectable } from '@nestjs/common';
import { parseLargeJson } from '../../../../common/json/parse-json';
import { storable } from '../../../../common/util/json';
import { HttpClient, type OutgoingRequest } from '../../../../platform/http-client/http-client';
import { WebLoaderSettings } from '../web-loader.settings';
import type { FetchedPages, PageFailure, WebDocument } from '../web.types';
import { captionText, chooseTrack, refusalIn, tracksIn, type CaptionTrack } from './captions';
import { videoIdOf } from './video-id';

const ORIGIN = 'https://www.youtube.com';
const MAX_BYTES = 10_000_000;
const TIMEOUT = 30_000;
/** This client gets captions without a browser token. */
const PLAYER = { clientName: 'ANDROID', clientVersion: '20.10.38' };
/** Without it, requests from Europe get a consent page. */
const CONSENT = { cookie: 'SOCS=CAI', 'accept-language': 'en-US' };

/** Transcripts of videos. */
@Injectable()
export class YoutubeService {
  constructor(
    private readonly http: HttpClient,
    private readonly settings: WebLoaderSettings,
  ) {}

  /** Sequentially: YouTube blocks addresses with many concurrent requests. @throws the reason of the signal. */
  async load(urls: readonly URL[], signal: AbortSignal): Promise<FetchedPages> {
    const pages: FetchedPages = { documents: [], failures: [] };
    for (const url of urls) {
      const page = await this.loadOne(url, signal);
      if ('content' in page) pages.documents.push(page);
      else pages.failures.push(page);
    }
    return pages;
  }

  private async loadOne(url: URL, signal: AbortSignal): Promise<WebDocument | PageFailure> {
    try {
      const id = videoIdOf(url) ?? '';
      const content = storable(await this.transcript(id, signal));
      return { url: url.href, content, metadata: { source: id } };
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : 'The transcript could not be read';
      return { url: url.href, reason, isRefused: false };
    }
  }

  private async transcript(id: string, signal: AbortSignal): Promise<string> {
    const page = await this.request(`${ORIGIN}/watch?v=${id}`, { headers: CONSENT }, signal);
    const key = /"INNERTUBE_API_KEY":\s?"([\w-]{10,100})"/.exec(page)?.[1];
    if (key === undefined) throw new Error('YouTube did not show the video');
    const body = JSON.stringify({ context: { client: PLAYER }, videoId: id });
    const headers = { ...CONSENT, 'content-type': 'application/json' };
    const asked = { method: 'POST' as const, headers, body };
    const player = await parseLargeJson(await this.request(`${ORIGIN}/youtubei/v1/player?key=${key}`, asked, signal));
    const refusal = refusalIn(player);
    if (refusal !== undefined) throw new Error(refusal);
    const track = chooseTrack(tracksIn(player), [...this.settings.youtube_loader_language, 'en']);
    if (!track) throw new Error('The video has no transcript in the languages that are set');
    return captionText(await this.request(this.captionsOf(track), { headers: CONSENT }, signal));
  }

  private captionsOf({ url, isTranslatable, language }: CaptionTrack): string {
    const { youtube_loader_translation: translation } = this.settings;
    if (translation && translation !== language && isTranslatable) url.searchParams.set('tlang', translation);
    return url.href;
  }

  private async request(url: string, request: OutgoingRequest, signal: AbortSignal): Promise<string> {
    const proxy = this.settings.youtube_loader_proxy_url.trim() || undefined;
    if (proxy !== undefined && !/^https?:\/\//i.test(proxy)) throw new Error('The proxy for YouTube is no HTTP proxy');
    const response = await this.http.send(url, { ...request, proxy, signal, timeout: TIMEOUT });
    if (response.isSuccess) return response.text(MAX_BYTES);
    response.discard();
    throw new Error(
      response.status === 429 ? 'YouTube refuses further requests' : `YouTube: status ${response.status}`,
    );
  }
}
