import { Injectable } from '@nestjs/common';
import { OAuthSessionsService } from '../../auth/oauth/oauth-sessions.service';
import type { ProviderUser } from '../chat-provider';
import { usesEntra, type Connection } from './connection';
import { EntraTokensService } from './entra-tokens.service';

/** What a connection authenticates with, by its `auth_type`. */
@Injectable()
export class ConnectionAuthService {
  constructor(
    private readonly entra: EntraTokensService,
    private readonly oauth: OAuthSessionsService,
  ) {}

  /**
   * The bearer token of a request; undefined for none. `session` sends the caller's own one, `system_oauth` that of his
   * sign-in at an identity provider; where there is no caller, as in the refreshing of model lists, the connection's key.
   * @throws ProviderUnreachableError when Microsoft gives no token.
   */
  async tokenFor(connection: Connection, user?: ProviderUser): Promise<string | undefined> {
    if (usesEntra(connection)) return this.entra.token();
    if (connection.auth === 'bearer') return connection.key;
    if (connection.auth !== 'session' && connection.auth !== 'system_oauth') return undefined;
    if (!user) return connection.key;
    return connection.auth === 'session' ? user.credential?.token : this.providerTokenOf(user);
  }

  private async providerTokenOf({ id }: ProviderUser): Promise<string | undefined> {
    return (await this.oauth.accessTokenOf(id)) ?? undefined;
  }
}
