import { Injectable } from '@nestjs/common';
import { OAuthSessionsService } from '../../../auth/oauth/tokens/oauth-sessions.service';
import type { ProviderUser } from '../../chat-provider';
import { usesEntra, type Connection } from '../connection';
import { EntraTokensService } from './entra-tokens.service';

/** Credentials of a connection, by its `auth_type`. */
@Injectable()
export class ConnectionAuthService {
  constructor(
    private readonly entra: EntraTokensService,
    private readonly oauth: OAuthSessionsService,
  ) {}

  /**
   * The bearer token of a request; undefined for none. `session` forwards the principal's token, `system_oauth` the
   * token of the latest sign-in at an identity provider; without a principal, as for model lists, the connection's key
   * is sent.
   * @throws ProviderUnreachableError when Microsoft issues no token.
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
