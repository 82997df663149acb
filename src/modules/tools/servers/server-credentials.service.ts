import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { OAuthSessionsService } from '../../auth/oauth/tokens/oauth-sessions.service';
import { OAuthAuthorizationsService } from './oauth/oauth-authorizations.service';
import type { ToolServer } from './tool-server';

const BEARER = /^Bearer /i;

/** What a server gets of the principal: the configured credential, and no other (docs/adr/0029). */
@Injectable()
export class ServerCredentialsService {
  constructor(
    private readonly signIns: OAuthSessionsService,
    private readonly authorizations: OAuthAuthorizationsService,
  ) {}

  /**
   * The headers of a request. Without a principal, as for documents in the background, servers with `session` or
   * `system_oauth` get their key.
   */
  async headersFor(server: ToolServer, principal?: Principal): Promise<Record<string, string>> {
    const token = principal ? await this.tokenFor(server, principal) : keyOf(server);
    return { ...(token && { authorization: `Bearer ${token}` }), ...server.headers };
  }

  /** Distinguishes the credentials of one principal at a server. A renewed token is no other credential. */
  async identityOf(server: ToolServer, principal: Principal): Promise<string> {
    if (server.auth === 'session') return createHash('sha256').update(principal.credential.token).digest('base64url');
    if (server.auth !== 'oauth_2.1') return '';
    return (await this.authorizations.authorizedBy(principal))(server) ?? '';
  }

  /** @returns true when another token is sent now, in place of one that the server refused. */
  async renew(server: ToolServer, principal: Principal, refused: Record<string, string>): Promise<boolean> {
    const token = refused.authorization?.replace(BEARER, '') ?? '';
    return server.auth === 'oauth_2.1' && token !== '' && this.authorizations.replace(server, principal, token);
  }

  private async tokenFor(server: ToolServer, principal: Principal): Promise<string | null> {
    switch (server.auth) {
      case 'bearer':
        return server.key;
      case 'session':
        return principal.credential.token;
      case 'system_oauth':
        return this.signIns.accessTokenOf(principal.id);
      case 'oauth_2.1':
        return server.type === 'mcp' ? this.authorizations.tokenOf(server, principal) : null;
      default:
        return null;
    }
  }
}

const keyOf = ({ auth, key }: ToolServer): string => (['bearer', 'session', 'system_oauth'].includes(auth) ? key : '');
