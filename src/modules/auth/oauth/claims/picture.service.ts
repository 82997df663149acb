import { Injectable, Logger } from '@nestjs/common';
import { isImageUrl, rasterTypeOf } from '../../../../common/util/image-url';
import { HttpClient } from '../../../../platform/http-client/http-client';
import type { OAuthProvider } from '../oauth-providers';
import { OAuthSettings } from '../oauth.settings';
import { textClaim, type Claims } from './claims';

/** As base64, the largest picture that an account may have. */
const MAX_BYTES = 1_500_000;
const MAX_HOPS = 4;
const TIMEOUT = 10_000;

/** Loads a user's picture from a provider as a data URL. */
@Injectable()
export class PictureService {
  private readonly logger = new Logger(PictureService.name);

  constructor(
    private readonly http: HttpClient,
    private readonly settings: OAuthSettings,
  ) {}

  /** Null when there is none or it cannot be loaded: a missing picture does not fail the sign-in. */
  async load(provider: OAuthProvider, claims: Claims, accessToken: string): Promise<string | null> {
    const url = this.urlOf(provider, claims);
    if (!url) return null;
    try {
      const bytes = await this.fetch(url, provider, accessToken);
      return bytes && toPicture(bytes);
    } catch (error) {
      this.logger.warn(`Cannot load the picture from ${provider.key}: ${String(error)}`);
      return null;
    }
  }

  private urlOf({ pictureUrl }: OAuthProvider, claims: Claims): string | undefined {
    const { picture_claim: name } = this.settings;
    return name === '' ? undefined : (textClaim(claims, name) ?? avatarOf(claims) ?? pictureUrl);
  }

  /** The token is sent only to the configured picture URL; URLs from claims must be on the public internet. */
  private async fetch(url: string, { pictureUrl }: OAuthProvider, accessToken: string): Promise<Buffer | null> {
    let target = url;
    for (let hop = 0; hop < MAX_HOPS; hop++) {
      const isOwn = target === pictureUrl;
      const headers: Record<string, string> = isOwn ? { authorization: `Bearer ${accessToken}` } : {};
      const answer = await this.http.send(target, { headers, timeout: TIMEOUT, isPublicOnly: !isOwn });
      const location = answer.header('location');
      if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
        answer.discard();
        target = new URL(location, target).href;
        continue;
      }
      if (answer.isSuccess) return answer.bytes(MAX_BYTES);
      answer.discard();
      return null;
    }
    return null;
  }
}

function toPicture(bytes: Buffer): string | null {
  const picture = `data:${rasterTypeOf(bytes) ?? ''};base64,${bytes.toString('base64')}`;
  return isImageUrl(picture) ? picture : null;
}

/** GitHub and Feishu use another claim. */
const avatarOf = (claims: Claims): string | undefined => textClaim(claims, 'avatar_url');
