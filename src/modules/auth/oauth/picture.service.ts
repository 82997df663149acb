import { Injectable, Logger } from '@nestjs/common';
import { isImageUrl } from '../../../common/http/image-url';
import { HttpClient } from '../../../platform/http-client/http-client';
import { textClaim, type Claims } from './claims';
import { imageTypeOf } from './image-type';
import type { OAuthProvider } from './oauth-providers';
import { OAuthSettings } from './oauth.settings';

/** As base64 the largest picture that is kept. */
const MAX_BYTES = 1_500_000;
const MAX_HOPS = 4;
const TIMEOUT = 10_000;

/** The picture that somebody has at a provider, as a data URL. */
@Injectable()
export class PictureService {
  private readonly logger = new Logger(PictureService.name);

  constructor(
    private readonly http: HttpClient,
    private readonly settings: OAuthSettings,
  ) {}

  /** Null when there is none, or it cannot be had: nobody is kept out for it. */
  async load(provider: OAuthProvider, claims: Claims, accessToken: string): Promise<string | null> {
    const url = this.urlOf(provider, claims);
    if (!url) return null;
    try {
      const bytes = await this.fetch(url, provider, accessToken);
      return bytes && toPicture(bytes);
    } catch (error) {
      this.logger.warn(`Picture of ${provider.key} not loaded: ${String(error)}`);
      return null;
    }
  }

  private urlOf({ pictureUrl }: OAuthProvider, claims: Claims): string | undefined {
    const { picture_claim: name } = this.settings;
    return name === '' ? undefined : (textClaim(claims, name) ?? avatarOf(claims) ?? pictureUrl);
  }

  /** The token goes only to the provider itself; URLs of claims lead to the public internet or nowhere. */
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
  const picture = `data:${imageTypeOf(bytes) ?? ''};base64,${bytes.toString('base64')}`;
  return isImageUrl(picture) ? picture : null;
}

/** GitHub and Feishu have their own names for it. */
const avatarOf = (claims: Claims): string | undefined => textClaim(claims, 'avatar_url');
