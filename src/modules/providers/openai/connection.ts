import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { ModelTag } from '../chat-provider';
import type { OpenAiSettings } from '../openai.settings';

/** One OpenAI-compatible server, as its entries in the three lists describe it. */
export interface Connection {
  index: number;
  /** Without a slash at its end. */
  url: string;
  key: string;
  isEnabled: boolean;
  /** Put before model ids, with a dot; empty for none. */
  prefix: string;
  /** When there are any, these are the models, and the server is not asked. */
  modelIds: string[];
  tags: ModelTag[];
  type: string;
  /** How to authenticate; `bearer` unless told otherwise. */
  auth: string;
  /** Azure's deployments: their models are those in the options. */
  isAzure: boolean;
  /** Of Azure's interface, such as `2024-10-21`. */
  apiVersion: string;
  /** Win over every other header. */
  headers: Record<string, string>;
}

/** What Azure connections without a version get. */
const OLDEST_API_VERSION = '2023-03-15-preview';

/** Ways to authenticate with an identity that the server has at Microsoft. */
const ENTRA = ['azure_ad', 'microsoft_entra_id'];

type Lists = Pick<OpenAiSettings, 'base_urls' | 'keys' | 'configs'>;

export function connectionsOf({ base_urls: urls, keys, configs }: Lists): Connection[] {
  return urls.map((url, index) => {
    const config = configs[String(index)] ?? configs[url];
    return toConnection(index, url, keys[index] ?? '', isJsonObject(config) ? config : {});
  });
}

/** Options of the wrong type count as absent: administrators may have typed them by hand. */
export function toConnection(index: number, url: string, key: string, config: JsonObject): Connection {
  return {
    index,
    url: url.trim().replace(/\/+$/, ''),
    key,
    isEnabled: config.enable !== false,
    prefix: textOr(config.prefix_id, ''),
    modelIds: texts(config.model_ids),
    tags: tagsOf(config.tags),
    type: textOr(config.connection_type, 'external'),
    auth: textOr(config.auth_type, 'bearer'),
    isAzure: config.azure === true,
    apiVersion: textOr(config.api_version, OLDEST_API_VERSION),
    headers: headersOf(config.headers),
  };
}

/** False for what a fresh installation has: OpenAI without a key. It needs no internet, and asking would only fail. */
export function isUsable({ isEnabled, url, key, auth, headers }: Connection): boolean {
  const lacksKey = auth === 'bearer' && key === '' && Object.keys(headers).length === 0;
  return isEnabled && url !== '' && !(lacksKey && isOpenAi(url));
}

export const usesEntra = ({ auth }: Pick<Connection, 'auth'>): boolean => ENTRA.includes(auth);

export const isOpenAi = (url: string): boolean => hostOf(url) === 'api.openai.com';
export const isOpenRouter = (url: string): boolean => /(^|\.)openrouter\.ai$/.test(hostOf(url));

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');

const textOr = (value: unknown, fallback: string): string => (typeof value === 'string' && value ? value : fallback);

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && item !== '') : [];

function tagsOf(value: unknown): ModelTag[] {
  const isTag = (tag: unknown): tag is ModelTag => isJsonObject(tag) && typeof tag.name === 'string';
  return Array.isArray(value) ? value.filter(isTag) : [];
}

function headersOf(value: unknown): Record<string, string> {
  const entries: [string, unknown][] = Object.entries(isJsonObject(value) ? value : {});
  const isText = (item: unknown) => typeof item === 'string' || typeof item === 'number';
  return Object.fromEntries(entries.filter(([, item]) => isText(item)).map(([name, item]) => [name, String(item)]));
}
