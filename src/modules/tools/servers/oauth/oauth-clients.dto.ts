import { IsOptional, IsString } from 'class-validator';

export class RegisterClientRequest {
  /** Endpoint of the MCP server. */
  @IsString()
  url: string;

  /** `info.id` of the server. */
  @IsString()
  client_id: string;

  /** Not used: authorization servers show the name of this product. */
  @IsOptional()
  @IsString()
  client_name?: string | null;
}

export class RegisterClientQuery {
  /** Prefix of the client id: `mcp`. */
  @IsOptional()
  @IsString()
  type?: string;
}

export class RegisterClientResponse {
  status: boolean;
  /** The registration, encrypted; belongs in `info.oauth_client_info` of the connection. */
  oauth_client_info: string;
}
