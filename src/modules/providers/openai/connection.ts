import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { optionsOf, textOr, toConnectionBase, type ConnectionBase } from '../connection-base';
import type { OpenAiSettings } from './openai.settings';

/**
 * One OpenAI-compatible server, from its entries in the three lists. Its list is not fetched when model ids are
 * configured.
 */
export interface Connection extends ConnectionBase {
  /** How to authenticate; default `bearer`. */
  auth: string;
  /** Azure deployments: the models are those in the options. */
  isAzure: boolean;
  /** Version of Azure's API, such as `2024-10-21`. */
  apiVersion: string;
  /** Override all other headers. */
  headers: Record<string, string>;
}

/** Default for Azure connections without a version. */
const OLDEST_API_VERSION = '2023-03-15-preview';

/** Values of `auth_type` that use the server's identity at Microsoft. */
const ENTRA = ['azure_ad', 'microsoft_entra_id'];

type Lists = Pick<OpenAiSettings, 'base_urls' | 'keys' | 'configs'>;

export function connectionsOf({ base_urls: urls, keys, configs }: Lists): Connection[] {
  return urls.map((url, index) => toConnection(index, url, keys[index] ?? '', optionsOf(configs, index, url)));
}

/** Options of the wrong type count as absent. */
export function toConnection(index: number, url: string, key: string, options: JsonObject): Connection {
  return {
    ...toConnectionBase({ index, url, key }, options, 'external'),
    auth: textOr(options.auth_type, 'bearer'),
    isAzure: options.azure === true,
    apiVersion: textOr(options.api_version, OLDEST_API_VERSION),
    headers: headersOf(options.headers),
  };
}

/** False for the default of a fresh installation, OpenAI without a key: requests to it would only fail. */
export function isUsable({ isEnabled, url, key, auth, headers }: Connection): boolean {
  const lacksKey = auth === 'bearer' && key === '' && Object.keys(headers).length === 0;
  return isEnabled && url !== '' && !(lacksKey && isOpenAi(url));
}

export const usesEntra = ({ auth }: Pick<Connection, 'auth'>): boolean => ENTRA.includes(auth);

export const isOpenAi = (url: string): boolean => hostOf(url) === 'api.openai.com';
export const isOpenRouter = (url: string): boolean => /(^|\.)openrouter\.ai$/.test(hostOf(url));

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');

function headersOf(value: unknown): Record<string, string> {
  const entries: [string, unknown][] = Object.entries(isJsonObject(value) ? value : {});
  const isText = (item: unknown) => typeof item === 'string' || typeof item === 'number';
  return Object.fromEntries(
    entries.filter(([, item]) => isText(item)).map(([name, item]) => [name.trim(), String(item).trim()]),
  );
}
