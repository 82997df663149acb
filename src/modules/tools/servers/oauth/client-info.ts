import { asString, isJsonObject, type JsonObject } from '../../../../common/util/json';
import { readMetadata, type ServerMetadata } from './oauth-metadata';

/** A registration at an authorization server, in the form of Open WebUI. Stored encrypted, in `info.oauth_client_info`. */
export interface ClientInfo extends JsonObject {
  client_id: string;
  client_secret?: string;
  redirect_uris: string[];
  token_endpoint_auth_method: string;
  scope?: string;
  server_metadata: ServerMetadata;
  /** The tool server that it was made for; absent in registrations of Open WebUI. */
  server_url?: string;
  /** What tokens are requested for (RFC 8707). */
  resource?: string;
}

/** Undefined for text that is no registration, or one for another server. */
export function readClientInfo(text: string, serverUrl: string): ClientInfo | undefined {
  const value = parse(text);
  if (!isJsonObject(value)) return undefined;
  const metadata = readMetadata(value.server_metadata);
  const [redirectUri] = Array.isArray(value.redirect_uris) ? (value.redirect_uris as unknown[]) : [];
  const isForOther = value.server_url !== undefined && value.server_url !== serverUrl;
  if (!metadata || isForOther || typeof value.client_id !== 'string' || typeof redirectUri !== 'string')
    return undefined;
  return {
    client_id: value.client_id,
    client_secret: asString(value.client_secret),
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: asString(value.token_endpoint_auth_method) ?? 'client_secret_post',
    scope: asString(value.scope),
    server_metadata: metadata,
    resource: asString(value.resource),
  };
}

/** The first method that the server supports, unless it supports `client_secret_post`. */
export function authMethodFor({ token_endpoint_auth_methods_supported: supported }: ServerMetadata): string {
  const methods = Array.isArray(supported) ? supported.map(String) : [];
  return methods.length === 0 || methods.includes('client_secret_post') ? 'client_secret_post' : String(methods[0]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
