import { IsString } from 'class-validator';
import type { OAuthTokens } from './oauth-client.service';
import type { OAuthSession } from './tokens/oauth-session.entity';

export class TokenExchangeRequest {
  /** An ID token issued to this installation, or an access token that the provider's introspection confirms. */
  @IsString()
  token: string;
}

export class OAuthSessionResponse {
  id: string;
  user_id: string;
  /** Key of the identity provider. */
  provider: string;
  /** Metadata of the tokens; the tokens themselves are never returned. */
  token: Record<string, unknown>;
  /** Unix seconds; null when the provider does not say. */
  expires_at: number | null;
  /** Unix seconds. */
  created_at: number;
  /** Unix seconds. */
  updated_at: number;
}

export const toOAuthSessionResponse = (session: OAuthSession, tokens: OAuthTokens | null): OAuthSessionResponse => ({
  id: session.id,
  user_id: session.userId,
  provider: session.provider,
  token: {
    token_type: 'Bearer',
    scope: tokens?.scope ?? null,
    has_refresh_token: tokens?.refreshToken !== undefined,
    expires_at: session.expiresAt,
  },
  expires_at: session.expiresAt,
  created_at: session.createdAt,
  updated_at: session.updatedAt,
});
