import { IsArray, IsBoolean, IsInt, IsNumber, IsObject, IsString, Min } from 'class-validator';
import { asString, type JsonObject } from '../../../common/util/json';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../../platform/settings/decorators';
import { limit } from '../../../platform/settings/env-parsers';

type Connections = Pick<ToolServersSettings, 'connections'>;

const urlOf = ({ connections }: Connections, [index = '']: readonly string[]): string | undefined =>
  asString(connections[Number(index)]?.url);

/** The tool servers of the installation. */
@SettingsSection('tool_servers')
export class ToolServersSettings {
  /** OpenAPI and MCP servers, in the form of `POST /api/v1/configs/tool_servers`. */
  @StoredAt('tool_server.connections')
  @Env('TOOL_SERVER_CONNECTIONS')
  @IsArray()
  @IsObject({ each: true })
  @Secret({ within: ['key', 'headers'], sentTo: urlOf })
  connections: JsonObject[] = [];
}

/** Limits of the calls to tool servers. */
@SettingsSection('tool_server_calls')
export class ToolServerCallsSettings {
  /** Seconds for an OpenAPI document, or for connecting to an MCP server and listing its tools; 0 for no limit. */
  @EnvAs(limit, 'AIOHTTP_CLIENT_TIMEOUT_TOOL_SERVER_DATA')
  @IsNumber()
  @Min(0)
  document_timeout = 10;

  /** Seconds for one call of a tool; 0 for no limit. */
  @EnvAs(limit, 'AIOHTTP_CLIENT_TIMEOUT_TOOL_SERVER')
  @IsNumber()
  @Min(0)
  call_timeout = 300;

  /** Verify the certificates of tool servers. */
  @Env('AIOHTTP_CLIENT_SESSION_TOOL_SERVER_SSL')
  @IsBoolean()
  is_tls_verified = true;

  /** Seconds after which OpenAPI documents are fetched again in the background; 0: only when the connections change. */
  @EnvAs(limit, 'TOOL_SERVER_REFRESH_INTERVAL')
  @IsInt()
  @Min(0)
  refresh_interval = 300;

  /** Bytes of one result of a tool. */
  @Env('TOOL_SERVER_MAX_RESULT_SIZE')
  @IsInt()
  @Min(1024)
  max_result_size = 16 * 1024 * 1024;

  /**
   * Local MCP servers that may be started: `{"<name>": {"command": "…", "args": […], "env": {…}}}`. A connection of type
   * `mcp` with the URL `stdio:<name>` runs that program, as the account of this server. Administrators cannot add any.
   */
  @Env('MCP_STDIO_SERVERS')
  @IsObject()
  @Secret()
  stdio_servers: Record<string, unknown> = {};

  /** Seconds after which an unused session at an MCP server is closed. */
  @Env('MCP_SESSION_IDLE')
  @IsInt()
  @Min(1)
  session_idle = 300;

  /** Sessions at MCP servers that may be open at once. */
  @Env('MCP_MAX_SESSIONS')
  @IsInt()
  @Min(1)
  max_sessions = 200;

  /** Processes of local MCP servers that may run at once. */
  @Env('MCP_MAX_STDIO_PROCESSES')
  @IsInt()
  @Min(1)
  max_processes = 8;

  /**
   * Secret by which Open WebUI encrypted the OAuth clients of MCP servers, to read those of an imported configuration;
   * empty: `WEBUI_SECRET_KEY`.
   */
  @Env('OAUTH_CLIENT_INFO_ENCRYPTION_KEY')
  @IsString()
  @Secret()
  client_info_key = '';
}
