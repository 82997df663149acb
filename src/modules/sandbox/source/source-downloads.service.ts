import { Injectable } from '@nestjs/common';
import { getFollowing } from '../../../platform/http-client/follow-redirects';
import { HttpClient } from '../../../platform/http-client/http-client';
import { OutgoingError } from '../../../platform/http-client/outgoing-error';
import { isNoMetadataAddress, isPublicAddress } from '../../../platform/http-client/public-address';
import { nameOf, toRawUrl } from './remote-source';
import type { LoadedSourceResponse } from './source.dto';
import { SourceImportError, type SourceNoun } from './source.errors';
import { SourceSettings } from './source.settings';

/** Bytes; the length of a source in characters is limited when it is saved. */
const MAX_BYTES = 4_000_000;
/** Milliseconds for all redirects and the text. */
const TIMEOUT = 30_000;

/** Loads sources of tools and functions from the web, for administrators to review and save. */
@Injectable()
export class SourceDownloadsService {
  constructor(
    private readonly http: HttpClient,
    private readonly settings: SourceSettings,
  ) {}

  /** @throws SourceImportError for any failure. */
  async download(text: string, noun: SourceNoun, client: AbortSignal): Promise<LoadedSourceResponse> {
    const url = toRawUrl(new URL(text));
    try {
      const content = await this.read(url, noun, client);
      if (content === '') throw new FetchFailure(400, 'No data received from the URL');
      return { name: nameOf(url), content };
    } catch (error) {
      if (error instanceof FetchFailure || error instanceof OutgoingError)
        throw new SourceImportError(noun, error.message);
      throw error;
    }
  }

  private async read(url: URL, noun: SourceNoun, client: AbortSignal): Promise<string> {
    const isAllowed = this.settings.is_local_fetch_enabled ? isNoMetadataAddress : isPublicAddress;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new OutgoingError('timeout', url.origin)), TIMEOUT);
    try {
      const request = { isAllowed, signal: AbortSignal.any([client, limit.signal]) };
      const { response } = await getFollowing(this.http, url, request, assertWithoutCredentials);
      if (response.status === 200) return await response.text(MAX_BYTES);
      response.discard();
      throw new FetchFailure(response.status, `Failed to fetch the ${noun}`);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The contract's form of a refusal inside another one: its status, then its text. */
class FetchFailure extends Error {
  constructor(status: number, detail: string) {
    super(`${status}: ${detail}`);
  }
}

function assertWithoutCredentials(url: URL): void {
  if (url.username !== '' || url.password !== '') throw new OutgoingError('request', url.origin);
}
