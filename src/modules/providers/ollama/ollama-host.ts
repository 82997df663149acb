import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { ModelTag } from '../chat-provider';
import type { OllamaSettings } from '../ollama.settings';

/** One Ollama server, as its entries in the two lists describe it. */
export interface OllamaHost {
  index: number;
  /** Without a slash at its end. */
  url: string;
  /** For a proxy before it; empty for none. */
  key: string;
  isEnabled: boolean;
  /** Put before model ids, with a dot; empty for none. */
  prefix: string;
  /** When there are any, only these of its models are offered. Without the prefix. */
  modelIds: string[];
  tags: ModelTag[];
  type: string;
}

export function hostsOf({ base_urls: urls, configs }: Pick<OllamaSettings, 'base_urls' | 'configs'>): OllamaHost[] {
  return urls.map((url, index) => {
    const config = configs[String(index)] ?? configs[url];
    return toHost(index, url, isJsonObject(config) ? config : {});
  });
}

/** Options of the wrong type count as absent: administrators may have typed them by hand. */
export function toHost(index: number, url: string, config: JsonObject): OllamaHost {
  return {
    index,
    url: url.trim().replace(/\/+$/, ''),
    key: textOr(config.key, ''),
    isEnabled: config.enable !== false,
    prefix: textOr(config.prefix_id, ''),
    modelIds: Array.isArray(config.model_ids) ? config.model_ids.filter(isText) : [],
    tags: Array.isArray(config.tags) ? config.tags.filter(isTag) : [],
    type: textOr(config.connection_type, 'local'),
  };
}

/** The name by which the server knows a model. */
export function ownName({ prefix }: OllamaHost, id: string): string {
  return prefix !== '' && id.startsWith(`${prefix}.`) ? id.slice(prefix.length + 1) : id;
}

/** Names may leave out the version: then it is `latest`. */
export const withVersion = (name: string): string => (name.includes(':') ? name : `${name}:latest`);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTag = (tag: unknown): tag is ModelTag => isJsonObject(tag) && typeof tag.name === 'string';
const textOr = (value: unknown, fallback: string): string => (isText(value) ? value : fallback);
