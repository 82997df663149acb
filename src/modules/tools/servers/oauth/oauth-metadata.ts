import { isJsonObject, type JsonObject } from '../../../../common/util/json';

/** Metadata of an authorization server (RFC 8414), as it was published. */
export interface ServerMetadata extends JsonObject {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  registration_endpoint?: string;
}

const LISTS = [
  'scopes_supported',
  'response_types_supported',
  'response_modes_supported',
  'grant_types_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'ui_locales_supported',
  'revocation_endpoint_auth_methods_supported',
  'revocation_endpoint_auth_signing_alg_values_supported',
  'introspection_endpoint_auth_methods_supported',
  'introspection_endpoint_auth_signing_alg_values_supported',
  'code_challenge_methods_supported',
];
const REQUIRED_URLS = ['issuer', 'authorization_endpoint', 'token_endpoint'];
const OPTIONAL_URLS = [
  'registration_endpoint',
  'service_documentation',
  'op_policy_uri',
  'op_tos_uri',
  'revocation_endpoint',
  'introspection_endpoint',
];

/** Where the metadata for a URL may be, in the order of the contract. */
export function metadataUrls(url: string): string[] {
  const { origin, pathname } = new URL(url);
  const path = pathname.replace(/(?<!\/)\/+$/, '');
  const root = [`${origin}/.well-known/oauth-authorization-server`, `${origin}/.well-known/openid-configuration`];
  if (path === '') return root;
  return [...root.map((each) => each + path), `${origin}${path}/.well-known/openid-configuration`, ...root];
}

/** Where the metadata of the server as a protected resource may be (RFC 9728). */
export function resourceUrls(url: string): string[] {
  const { origin, pathname } = new URL(url);
  const root = `${origin}/.well-known/oauth-protected-resource`;
  return pathname === '/' ? [root] : [root + pathname, root];
}

/** Valid metadata; undefined for any other value. Browsers are sent to the endpoints, so these must be web addresses. */
export function readMetadata(value: unknown): ServerMetadata | undefined {
  if (!isJsonObject(value)) return undefined;
  const isValid =
    REQUIRED_URLS.every((key) => isWebUrl(value[key])) &&
    OPTIONAL_URLS.every((key) => isAbsent(value[key]) || isWebUrl(value[key])) &&
    LISTS.every((key) => isAbsent(value[key]) || isTextList(value[key]));
  return isValid ? (value as ServerMetadata) : undefined;
}

/** All known keys, null where absent, and URLs in normal form, as the contract returns them. */
export function toMetadataResponse(metadata: ServerMetadata): JsonObject {
  const urls = [...REQUIRED_URLS, ...OPTIONAL_URLS].map((key): [string, unknown] => [key, toHref(metadata[key])]);
  return {
    ...Object.fromEntries<unknown>(urls),
    ...Object.fromEntries(LISTS.map((key) => [key, metadata[key] ?? null])),
    response_types_supported: metadata.response_types_supported ?? ['code'],
    client_id_metadata_document_supported: metadata.client_id_metadata_document_supported ?? null,
  };
}

/** Metadata of a protected resource. */
export interface ResourceMetadata {
  resource: string;
  authorizationServers: string[];
  scopes: string[] | undefined;
}

/** Undefined for metadata of another resource: they must name the server, or a path above it. */
export function readResourceMetadata(value: unknown, url: string): ResourceMetadata | undefined {
  if (!isJsonObject(value) || !isWebUrl(value.resource) || !isTextList(value.authorization_servers)) return undefined;
  const { resource, authorization_servers: servers, scopes_supported: scopes } = value;
  const [named, own] = [new URL(resource), new URL(url)];
  const isOwn =
    named.origin === own.origin && `${own.pathname}/`.startsWith(named.pathname.replace(/(?<!\/)\/*$/, '/'));
  if (!isOwn || !servers.every(isWebUrl)) return undefined;
  return { resource, authorizationServers: servers, scopes: isTextList(scopes) ? scopes : undefined };
}

/** The URL of the resource's metadata in a `WWW-Authenticate` header. */
export const resourceMetadataUrl = (header: string | undefined): string | undefined =>
  /resource_metadata="([^"\s]{1,2000})"/.exec(header ?? '')?.[1];

const isAbsent = (value: unknown): boolean => value === undefined || value === null;
const toHref = (value: unknown): string | null => (isWebUrl(value) ? new URL(value).href : null);

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const isWebUrl = (value: unknown): value is string =>
  typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
