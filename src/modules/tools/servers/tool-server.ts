import { asString, isJsonObject, type JsonObject } from '../../../common/util/json';
import { toFunctionFilter, type FunctionFilter } from './function-filter';

export type ToolServerType = 'openapi' | 'mcp';

/** One entry of the settings. Members of the wrong type count as absent: administrators may have edited them by hand. */
export interface ToolServer {
  /** Position in the settings. */
  index: number;
  type: ToolServerType;
  /** `info.id`, or else the position. */
  id: string;
  /** Base URL of an OpenAPI server, without a trailing slash; endpoint of an MCP server. */
  url: string;
  /** Path below `url`, or URL, of the OpenAPI document. */
  path: string;
  /** The OpenAPI document itself; undefined when it is at `path`. */
  document: string | undefined;
  /** `bearer`, `none`, `session`, `system_oauth` or `oauth_2.1`; others count as `none`. */
  auth: string;
  /** Secret of `bearer`; empty for none. */
  key: string;
  /** Override all other headers. */
  headers: Record<string, string>;
  isEnabled: boolean;
  /** The `access_control` of the entry, as stored; null for all users. */
  sharing: unknown;
  allows: FunctionFilter;
  /** Empty for those of the server itself. */
  name: string;
  description: string;
  /** The encrypted OAuth client, as `POST …/oauth/clients/register` returned it. */
  clientInfo: string | undefined;
}

/** Characters that separate the parts of a tool id in requests. */
const RESERVED = /[:|]/;

/** True for an id that requests can name. */
export const isUsableId = (id: string): boolean => id !== '' && !RESERVED.test(id);

/** The servers in the order of the settings. Of equal ids of one type the first counts; entries that cannot be named are left out. */
export function toolServersOf(connections: readonly JsonObject[]): ToolServer[] {
  const servers = connections.map(toToolServer).filter(({ id }) => isUsableId(id));
  const keys = servers.map(({ type, id }) => `${type}:${id}`);
  return servers.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}

export function toToolServer(connection: JsonObject, index: number): ToolServer {
  const config = isJsonObject(connection.config) ? connection.config : {};
  const info = isJsonObject(connection.info) ? connection.info : {};
  const type = connection.type === 'mcp' ? 'mcp' : 'openapi';
  const url = textOf(connection.url);
  return {
    index,
    type,
    id: textOf(info.id) || String(index),
    url: type === 'mcp' ? url : url.replace(/(?<!\/)\/+$/, ''),
    path: textOf(connection.path),
    document: connection.spec_type === 'json' ? asString(connection.spec) : undefined,
    auth: connection.auth_type === undefined ? 'bearer' : textOf(connection.auth_type),
    key: textOf(connection.key),
    headers: headersOf(connection.headers),
    isEnabled: config.enable === true,
    sharing: config.access_control ?? null,
    allows: toFunctionFilter(config.function_name_filter_list),
    name: textOf(info.name),
    description: textOf(info.description),
    clientInfo: asString(info.oauth_client_info),
  };
}

/** The id under which the tools of a server are listed and requested. */
export const listedId = ({ type, id }: Pick<ToolServer, 'type' | 'id'>): string =>
  type === 'mcp' ? `server:mcp:${id}` : `server:${id}`;

/**
 * The server that a tool id of a request names: `server:<id>` or `server:<type>:<id>`. What follows a `|` names
 * functions and is not used.
 */
export function parseToolId(toolId: string): Pick<ToolServer, 'type' | 'id'> | undefined {
  const [prefix, first = '', ...rest] = toolId.split('|', 1)[0]?.split(':') ?? [];
  if (prefix !== 'server' || rest.length > 1) return undefined;
  const [second] = rest;
  if (second === undefined) return { type: 'openapi', id: first };
  return first === 'openapi' || first === 'mcp' ? { type: first, id: second } : undefined;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

function headersOf(value: unknown): Record<string, string> {
  const entries: [string, unknown][] = Object.entries(isJsonObject(value) ? value : {});
  const isText = (item: unknown) => typeof item === 'string' || typeof item === 'number';
  return Object.fromEntries(
    entries.filter(([, item]) => isText(item)).map(([name, item]) => [name.trim().toLowerCase(), String(item).trim()]),
  );
}
