import type { JsonObject } from '../../../common/util/json';
import { optionsOf, textOr, toConnectionBase, type ConnectionBase } from '../connection-base';
import type { OllamaSettings } from '../ollama.settings';

/** One Ollama server, as its entries in the two lists describe it. Its key is for a proxy before it. */
export type OllamaHost = ConnectionBase;

export function hostsOf({ base_urls: urls, configs }: Pick<OllamaSettings, 'base_urls' | 'configs'>): OllamaHost[] {
  return urls.map((url, index) => toHost(index, url, optionsOf(configs, index, url)));
}

/** Options of the wrong type count as absent. */
export const toHost = (index: number, url: string, options: JsonObject): OllamaHost =>
  toConnectionBase({ index, url, key: textOr(options.key, '') }, options, 'local');

/** Names may leave out the version: then it is `latest`. */
export const withVersion = (name: string): string => (name.includes(':') ? name : `${name}:latest`);
