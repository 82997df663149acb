import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../../../common/auth/principal';
import { AppError, RouteNotFoundError } from '../../../../common/errors/app-error';
import { PublicUrlSettings } from '../../../auth/public-url.settings';
import type { OAuthTokens } from '../../../auth/oauth/oauth-client.service';
import type { ToolServer } from '../tool-server';
import { ToolServersService } from '../tool-servers.service';
import type { ClientInfo } from './client-info';
import { clientIdOf, OAuthAuthorizationsService } from './oauth-authorizations.service';
import type { RegisterClientRequest, RegisterClientResponse } from './oauth-clients.dto';
import { OAuthHttpService } from './oauth-http.service';
import { OAuthRegistrationsService } from './oauth-registrations.service';

/** A redirect for Nest's `@Redirect()`. */
export interface Redirection {
  url: string;
  statusCode: number;
}

/** Authorization servers that lost a registration say so in these words. */
const INVALID_CLIENT = /invalid_client|invalid client|client id/i;
/** Milliseconds until a server is registered again at the earliest. */
const REGISTRATION_PAUSE = 60_000;
const MAX_REASON = 200;

/** Registration of this server at MCP servers, and the way of a user's browser to their authorization servers and back. */
@Injectable()
export class OAuthClientsService {
  private readonly logger = new Logger(OAuthClientsService.name);
  private readonly registeredAt = new Map<string, number>();

  constructor(
    private readonly servers: ToolServersService,
    private readonly registrations: OAuthRegistrationsService,
    private readonly authorizations: OAuthAuthorizationsService,
    private readonly http: OAuthHttpService,
    private readonly publicUrl: PublicUrlSettings,
  ) {}

  /** @throws BadRequestError with the contract's text. */
  async register(request: RegisterClientRequest, type: string | undefined, url: URL): Promise<RegisterClientResponse> {
    const clientId = type ? `${type}:${request.client_id}` : request.client_id;
    const registration = { url: request.url, clientId, base: this.baseOf(url) };
    return { status: true, oauth_client_info: await this.registrations.register(registration) };
  }

  /** @throws RouteNotFoundError for a server that the principal may not use; AppError 500 with the contract's texts. */
  async authorize(principal: Principal, clientId: string, url: URL): Promise<Redirection> {
    const known = this.find(principal, clientId);
    const first = await this.authorizations.begin(known.server, known.client, principal);
    if (await this.isKnownClient(known.server, first)) return { url: first, statusCode: 302 };
    await this.registerAgain(known.server, url);
    const renewed = this.findNew(principal, clientId);
    const second = await this.authorizations.begin(renewed.server, renewed.client, principal);
    if (await this.isKnownClient(renewed.server, second)) return { url: second, statusCode: 302 };
    throw new AppError(500, 'OAuth client registration is still invalid after re-registration');
  }

  /** Failures are shown by the page that the browser is sent to. @throws RouteNotFoundError as `authorize`. */
  async finish(principal: Principal, clientId: string, url: URL): Promise<Redirection> {
    const { server, client } = this.find(principal, clientId);
    const error = await this.storeTokens(server, client, principal, url.search);
    const base = this.baseOf(url);
    return { url: error === null ? base : `${base}/?${new URLSearchParams({ error }).toString()}`, statusCode: 307 };
  }

  /** @returns the message of a failure. */
  private async storeTokens(
    server: ToolServer,
    client: ClientInfo,
    principal: Principal,
    query: string,
  ): Promise<string | null> {
    let tokens: OAuthTokens;
    try {
      tokens = await this.authorizations.finish(server, client, principal, query);
    } catch (error) {
      const reason = reasonOf(error, new URLSearchParams(query));
      this.logger.warn(`Authorization at tool server ${server.id}: ${reason}`);
      return `OAuth callback failed: ${reason}`;
    }
    try {
      await this.authorizations.store(server, principal, tokens);
      return null;
    } catch (error) {
      this.logger.error({ err: error }, `Cannot store the tokens for tool server ${server.id}`);
      return 'Failed to store OAuth session server-side';
    }
  }

  private find(principal: Principal, clientId: string): { server: ToolServer; client: ClientInfo } {
    const server = this.servers
      .usableBy(principal, 'mcp')
      .find((each) => each.auth === 'oauth_2.1' && clientIdOf(each) === clientId);
    const client = server && this.registrations.clientOf(server);
    if (!server || !client) throw new RouteNotFoundError();
    return { server, client };
  }

  private findNew(principal: Principal, clientId: string): { server: ToolServer; client: ClientInfo } {
    try {
      return this.find(principal, clientId);
    } catch {
      throw new AppError(500, 'OAuth client unavailable after re-registration');
    }
  }

  /** False when the authorization server says that it does not know the client. */
  private async isKnownClient({ url: server }: ToolServer, url: string): Promise<boolean> {
    try {
      const { status, text } = await this.http.getText(server, url);
      return status < 400 || !INVALID_CLIENT.test(text);
    } catch {
      // The browser may reach what this server does not.
      return true;
    }
  }

  private async registerAgain(server: ToolServer, url: URL): Promise<void> {
    const clientId = clientIdOf(server);
    const now = Date.now();
    if (now - (this.registeredAt.get(clientId) ?? -Infinity) < REGISTRATION_PAUSE)
      throw new AppError(500, 'OAuth client registration is still invalid after re-registration');
    this.registeredAt.set(clientId, now);
    try {
      await this.registrations.registerAgain(server, { url: server.url, clientId, base: this.baseOf(url) });
    } catch {
      throw new AppError(500, 'Failed to re-register OAuth client');
    }
  }

  private baseOf({ origin }: URL): string {
    return (this.publicUrl.url.trim() || origin).replace(/(?<!\/)\/+$/, '');
  }
}

/** What the authorization server sent to the browser, or else why its response was refused. */
function reasonOf(error: unknown, query: URLSearchParams): string {
  const sent = query.get('error_description') ?? query.get('error');
  const reason = sent ?? (error instanceof Error ? error.message : 'unknown error');
  return reason.slice(0, MAX_REASON);
}
