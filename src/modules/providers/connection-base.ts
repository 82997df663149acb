import { isJsonObject, type JsonObject } from '../../common/util/json';
import type { ModelTag } from './chat-provider';

/** What a connection of any kind has: a server, and what of its models is offered under which ids. */
export interface ConnectionBase {
  /** Its place in the settings. */
  index: number;
  /** Without a slash at its end. */
  url: string;
  /** Empty for none. */
  key: string;
  isEnabled: boolean;
  /** Put before model ids, with a dot; empty for none. */
  prefix: string;
  /** When there are any, only these models are offered. Without the prefix. */
  modelIds: string[];
  tags: ModelTag[];
  /** `external` or `local`. */
  type: string;
}

/** Where a connection is in the settings, and how to prove who calls. */
type Place = Pick<ConnectionBase, 'index' | 'url' | 'key'>;

/** Options of the wrong type count as absent: administrators may have typed them by hand. */
export function toConnectionBase({ index, url, key }: Place, options: JsonObject, type: string): ConnectionBase {
  return {
    index,
    url: url.trim().replace(/\/+$/, ''),
    key,
    isEnabled: options.enable !== false,
    prefix: textOr(options.prefix_id, ''),
    modelIds: Array.isArray(options.model_ids) ? options.model_ids.filter(isText) : [],
    tags: Array.isArray(options.tags) ? options.tags.filter(isTag) : [],
    type: textOr(options.connection_type, type),
  };
}

/** The options of one connection, by its index or, as older clients stored them, by its URL. */
export function optionsOf(configs: JsonObject, index: number, url: string): JsonObject {
  const options = configs[String(index)] ?? configs[url];
  return isJsonObject(options) ? options : {};
}

/** Options as clients send them, without those of no connection. */
export function ofConnections(configs: JsonObject, urls: readonly string[]): JsonObject {
  const isIndex = (key: string) => /^(0|[1-9]\d*)$/.test(key) && Number(key) < urls.length;
  return Object.fromEntries(Object.entries(configs).filter(([key]) => isIndex(key)));
}

/** The name by which the server knows a model. */
export function ownName({ prefix }: Pick<ConnectionBase, 'prefix'>, id: string): string {
  return prefix !== '' && id.startsWith(`${prefix}.`) ? id.slice(prefix.length + 1) : id;
}

/** The id under which a model of the server is offered. */
export const offeredId = ({ prefix }: Pick<ConnectionBase, 'prefix'>, name: string): string =>
  prefix === '' ? name : `${prefix}.${name}`;

export const textOr = (value: unknown, fallback: string): string => (isText(value) ? value : fallback);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTag = (tag: unknown): tag is ModelTag => isJsonObject(tag) && typeof tag.name === 'string';
