import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsObject, IsOptional, IsString } from 'class-validator';
import { IsObjectOrString, KeepUnknownKeys, Nested, NullOr } from '../../../common/validation/fields';
import type { JsonObject } from '../../../common/util/json';

const MAX_CONNECTIONS = 200;

/** A tool server. Unknown keys are stored. */
@KeepUnknownKeys()
export class ToolServerConnection {
  /** Base URL of an OpenAPI server, or the endpoint of an MCP server. */
  @IsString()
  url: string;

  /** Of the OpenAPI document: a path below `url`, or a URL. */
  @IsString()
  path: string;

  /** `openapi` or `mcp`. */
  @IsOptional()
  @IsString()
  type?: string | null = 'openapi';

  /**
   * `none`; `bearer`: `key` is sent; `session`: the token of the principal; `system_oauth`: the access token of the
   * principal's latest sign-in at an identity provider; `oauth_2.1` (MCP): the token by which the principal authorised
   * this server.
   */
  @NullOr()
  @IsString()
  auth_type: string | null;

  /** Sent with every request, in place of headers of the same name; an object. */
  @ApiPropertyOptional({ oneOf: [{ type: 'object', additionalProperties: true }, { type: 'string' }], nullable: true })
  @IsOptional()
  @IsObjectOrString()
  headers?: Record<string, unknown> | string | null = null;

  /** Secret of `bearer`. Masked in responses; a mask in a request leaves it unchanged. */
  @NullOr()
  @IsString()
  key: string | null;

  /**
   * `enable`, `access_control` (null: all users) and `function_name_filter_list` (`get,list,!delete`: ends of names; `!`
   * blocks). Null disables the server.
   */
  @ApiProperty({ type: 'object', nullable: true, additionalProperties: true })
  @NullOr()
  @IsObject()
  config: Record<string, unknown> | null;
}

/** Marked, because the mark of the outer class counts for the nested ones. */
@KeepUnknownKeys()
export class ToolServersConfig {
  /** All tool servers. */
  @IsArray()
  @ArrayMaxSize(MAX_CONNECTIONS)
  @Nested(() => ToolServerConnection, { each: true })
  TOOL_SERVER_CONNECTIONS: ToolServerConnection[];
}

/** A stored connection on the wire. Those of the environment may lack optional keys. */
export const toConnectionResponse = (connection: JsonObject): ToolServerConnection =>
  ({ type: 'openapi', headers: null, ...connection }) as unknown as ToolServerConnection;

/** Without the request class, by which equal values would compare as different. */
export const fromConnection = (connection: ToolServerConnection): JsonObject => ({ ...connection });
