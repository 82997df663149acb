import { isJsonObject, type JsonObject } from '../../common/util/json';
import type { ModelTag } from './chat-provider';

/** Properties shared by the connections of all kinds. */
export interface ConnectionBase {
  /** Position in the settings. */
  index: number;
  /** Without a trailing slash. */
  url: string;
  /** Empty for none. */
  key: string;
  isEnabled: boolean;
  /** Prepended to model ids, followed by a dot; empty for none. */
  prefix: string;
  /** If not empty, only these models are offered. Without the prefix. */
  modelIds: string[];
  tags: ModelTag[];
  /** `external` or `local`. */
  type: string;
}

/** Position in the settings, and credentials. */
type Place = Pick<ConnectionBase, 'index' | 'url' | 'key'>;

/** Options of the wrong type count as absent: administrators may have edited them by hand. */
export function toConnectionBase({ index, url, key }: Place, options: JsonObject, type: string): ConnectionBase {
  return {
    index,
    url: url.trim().replace(/(?<!\/)\/+$/, ''),
    key: key.trim(),
    isEnabled: options.enable !== false,
    prefix: textOr(options.prefix_id, ''),
    modelIds: Array.isArray(options.model_ids) ? options.model_ids.filter(isText) : [],
    tags: Array.isArray(options.tags) ? options.tags.filter(isTag) : [],
    type: textOr(options.connection_type, type),
  };
}

/** The options of a connection, by its index or, as older clients stored them, by its URL. */
export function optionsOf(configs: JsonObject, index: number, url: string): JsonObject {
  const options = configs[String(index)] ?? configs[url];
  return isJsonObject(options) ? options : {};
}

/** Options as clients send them, without those that belong to no connection. */
export function withoutUnknownConnections(configs: JsonObject, urls: readonly string[]): JsonObject {
  const isIndex = (key: string) => /^(0|[1-9]\d*)$/.test(key) && Number(key) < urls.length;
  const known = Object.entries(configs).filter(([key]) => isIndex(key));
  return Object.fromEntries(known.map(([key, options]) => [key, withTrimmedKey(options)]));
}

const withTrimmedKey = (options: unknown): unknown =>
  isJsonObject(options) && typeof options.key === 'string' ? { ...options, key: options.key.trim() } : options;

/** The server's own name of a model. */
export function ownName({ prefix }: Pick<ConnectionBase, 'prefix'>, id: string): string {
  return prefix !== '' && id.startsWith(`${prefix}.`) ? id.slice(prefix.length + 1) : id;
}

/** The id under which a model of the server is listed. */
export const offeredId = ({ prefix }: Pick<ConnectionBase, 'prefix'>, name: string): string =>
  prefix === '' ? name : `${prefix}.${name}`;

export const textOr = (value: unknown, fallback: string): string => (isText(value) ? value : fallback);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTag = (tag: unknown): tag is ModelTag => isJsonObject(tag) && typeof tag.name === 'string';
