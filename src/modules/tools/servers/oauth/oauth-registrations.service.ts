import { Injectable, Logger } from '@nestjs/common';
import { BadRequestError } from '../../../../common/errors/app-error';
import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import { openFernet } from '../../../../platform/crypto/fernet';
import { Keyring } from '../../../../platform/crypto/keyring';
import { SettingsStore } from '../../../../platform/settings/settings-store';
import { ToolServerDetail } from '../tool-servers.errors';
import { ToolServerCallsSettings, ToolServersSettings } from '../tool-servers.settings';
import type { ToolServer } from '../tool-server';
import { authMethodFor, readClientInfo, type ClientInfo } from './client-info';
import { OAuthDiscoveryService } from './oauth-discovery.service';
import { OAuthHttpService } from './oauth-http.service';

/** Shown to users by the authorization server. */
const CLIENT_NAME = 'Confab';

/** A client id of this server, such as `mcp:<id>`, at the authorization server of a tool server. */
export interface Registration {
  /** URL of the tool server. */
  url: string;
  clientId: string;
  /** Of this server, as browsers reach it. */
  base: string;
}

/** Dynamic registration (RFC 7591) at the authorization servers of MCP servers. */
@Injectable()
export class OAuthRegistrationsService {
  private readonly logger = new Logger(OAuthRegistrationsService.name);

  constructor(
    private readonly discovery: OAuthDiscoveryService,
    private readonly http: OAuthHttpService,
    private readonly keyring: Keyring,
    private readonly store: SettingsStore,
    private readonly settings: ToolServerCallsSettings,
  ) {}

  /** @returns the registration, encrypted. @throws BadRequestError with the contract's text. */
  async register(registration: Registration): Promise<string> {
    try {
      return this.keyring.seal(JSON.stringify(await this.request(registration)));
    } catch (error) {
      this.logger.warn(`Registering an OAuth client: ${error instanceof Error ? error.message : 'failed'}`);
      throw new BadRequestError(ToolServerDetail.registration);
    }
  }

  /** Replaces the registration of a server in the settings. @throws as `register`. */
  async registerAgain(server: ToolServer, registration: Registration): Promise<void> {
    const sealed = await this.register(registration);
    await this.store.refresh(ToolServersSettings);
    const { connections } = this.store.live(ToolServersSettings);
    const next = connections.map((connection) =>
      isJsonObject(connection.info) && connection.info.oauth_client_info === server.clientInfo
        ? { ...connection, info: { ...connection.info, oauth_client_info: sealed } }
        : connection,
    );
    await this.store.save(ToolServersSettings, { connections: next });
  }

  /** The registration of a server; undefined when it has none that can be read. */
  clientOf({ clientInfo, url }: ToolServer): ClientInfo | undefined {
    const text = clientInfo === undefined ? undefined : this.decrypt(clientInfo);
    return text === undefined ? undefined : readClientInfo(text, url);
  }

  /** Registrations of Open WebUI are encrypted with Fernet. */
  private decrypt(text: string): string | undefined {
    try {
      return this.keyring.unseal(text);
    } catch {
      const secret = this.settings.client_info_key || this.keyring.session.export().toString();
      return openFernet(text, secret);
    }
  }

  private async request({ url, clientId, base }: Registration): Promise<ClientInfo> {
    const { metadata, origin, resource, scopes } = await this.discovery.discover(url);
    const scope = scopes?.join(' ');
    const method = authMethodFor(metadata);
    const sent: JsonObject = {
      client_name: CLIENT_NAME,
      redirect_uris: [`${base}/oauth/clients/${clientId}/callback`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: method,
      ...(scope && { scope }),
    };
    const endpoint = metadata.registration_endpoint ?? `${origin}/register`;
    const { status, json } = await this.http.post(url, endpoint, sent);
    if (status < 200 || status > 299 || !isJsonObject(json))
      throw new Error(`The registration has the status ${status}`);
    const registered = { ...sent, ...json, server_metadata: metadata, server_url: url, resource };
    const info = readClientInfo(JSON.stringify(registered), url);
    if (!info) throw new Error('The registration is invalid');
    return { ...info, redirect_uris: sent.redirect_uris as string[], server_url: url };
  }
}
