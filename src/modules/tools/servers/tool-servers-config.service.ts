import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { BadRequestError } from '../../../common/errors/app-error';
import type { JsonObject } from '../../../common/util/json';
import { SettingsPage } from '../../../platform/settings/settings-page';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { McpConnectorService } from './mcp/mcp-connector.service';
import { OAuthDiscoveryService } from './oauth/oauth-discovery.service';
import { toMetadataResponse } from './oauth/oauth-metadata';
import { OpenApiDocumentsService } from './openapi/openapi-documents.service';
import { isUsableId, toToolServer, type ToolServer } from './tool-server';
import {
  fromConnection,
  toConnectionResponse,
  type ToolServerConnection,
  type ToolServersConfig,
} from './tool-servers.dto';
import { ToolServerDetail } from './tool-servers.errors';
import { ToolServersSettings } from './tool-servers.settings';

/** Administration of the tool servers. */
@Injectable()
export class ToolServersConfigService extends SettingsPage<ToolServersSettings, ToolServersConfig> {
  private readonly logger = new Logger(ToolServersConfigService.name);

  protected readonly form = {
    section: ToolServersSettings,
    show: ({ connections }: ToolServersSettings): ToolServersConfig => ({
      TOOL_SERVER_CONNECTIONS: connections.map(toConnectionResponse),
    }),
    read: ({ TOOL_SERVER_CONNECTIONS: connections }: ToolServersConfig) => ({
      connections: connections.map(fromConnection),
    }),
  };

  constructor(
    settings: ToolServersSettings,
    store: SettingsStore,
    private readonly documents: OpenApiDocumentsService,
    private readonly mcp: McpConnectorService,
    private readonly discovery: OAuthDiscoveryService,
  ) {
    super(settings, store);
  }

  /**
   * Also fetches the documents of all servers again. @throws BadRequestError for an id that requests could not name; see
   * also `SettingsPage.updateConfig`.
   */
  override async updateConfig(sent: ToolServersConfig): Promise<ToolServersConfig> {
    for (const { id } of sent.TOOL_SERVER_CONNECTIONS.map(fromConnection).map(toToolServer))
      if (!isUsableId(id)) throw new BadRequestError(ToolServerDetail.id(id));
    const saved = await super.updateConfig(sent);
    await this.documents.settle({ isForced: true });
    return saved;
  }

  /**
   * Connects to a server as the principal: the document of an OpenAPI server, or the tools of an MCP server.
   * @throws BadRequestError with the contract's text when that fails.
   */
  async verify(principal: Principal, connection: ToolServerConnection): Promise<JsonObject> {
    const entered = { connections: [fromConnection(connection)] };
    const [unmasked = {}] = this.store.unmasked(ToolServersSettings, entered).connections ?? [];
    const server = toToolServer(unmasked, 0);
    try {
      return await this.probe(principal, server);
    } catch (error) {
      if (error instanceof BadRequestError) throw error;
      this.logger.warn(`Verifying a tool server: ${error instanceof Error ? error.message : 'failed'}`);
      throw new BadRequestError(ToolServerDetail.unreachable);
    }
  }

  private async probe(principal: Principal, server: ToolServer): Promise<JsonObject> {
    if (server.type === 'openapi') return JSON.parse(await this.documents.fetchWhole(server, principal)) as JsonObject;
    if (server.auth === 'oauth_2.1') {
      const { metadata } = await this.discovery.discover(server.url);
      return { status: true, oauth_server_metadata: toMetadataResponse(metadata) };
    }
    const connection = await this.mcp.open(server, principal);
    try {
      return { status: true, specs: await connection.listTools() };
    } finally {
      // Not awaited: a local server may take seconds to end.
      void connection.close();
    }
  }
}
