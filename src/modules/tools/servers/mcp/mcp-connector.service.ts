import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../../../common/auth/principal';
import { HttpClient } from '../../../../platform/http-client/http-client';
import { ServerCredentialsService } from '../server-credentials.service';
import type { ToolServer } from '../tool-server';
import { ToolServerCallsSettings } from '../tool-servers.settings';
import { loadSdk, McpConnection, type Transport } from './mcp-connection';
import { McpFetch } from './mcp-fetch';
import { stdioCommand } from './stdio-command';

/** How a stream that broke off is resumed, in milliseconds: over three seconds. */
const RECONNECTION = {
  initialReconnectionDelay: 200,
  reconnectionDelayGrowFactor: 2,
  maxReconnectionDelay: 2_000,
  maxRetries: 4,
};

/** Opens sessions at MCP servers. */
@Injectable()
export class McpConnectorService {
  private readonly logger = new Logger(McpConnectorService.name);

  constructor(
    private readonly http: HttpClient,
    private readonly credentials: ServerCredentialsService,
    private readonly settings: ToolServerCallsSettings,
  ) {}

  /** @throws when the server cannot be reached in time. */
  async open(server: ToolServer, principal: Principal, signal?: AbortSignal): Promise<McpConnection> {
    const sdk = await loadSdk();
    const timeout = this.settings.document_timeout * 1000;
    const command = stdioCommand(server.url, this.settings.stdio_servers);
    const transport: Transport = command
      ? new sdk.StdioClientTransport({ ...command, stderr: 'ignore', maxBufferSize: this.settings.max_result_size })
      : new sdk.StreamableHTTPClientTransport(new URL(server.url), {
          fetch: this.fetchFor(server, principal),
          reconnectionOptions: RECONNECTION,
        });
    transport.onerror = (error) => this.logger.debug(`Tool server ${server.id}: ${error.message.slice(0, 500)}`);
    return McpConnection.open(sdk, transport, timeout, signal);
  }

  private fetchFor(server: ToolServer, principal: Principal) {
    const { is_tls_verified: isTlsVerified, call_timeout: seconds, max_result_size: maxBytes } = this.settings;
    const headers = () => this.credentials.headersFor(server, principal);
    const renew = (refused: Record<string, string>) => this.credentials.renew(server, principal, refused);
    return new McpFetch(this.http, { headers, renew, isTlsVerified, timeout: seconds * 1000, maxBytes }).fetch;
  }
}
