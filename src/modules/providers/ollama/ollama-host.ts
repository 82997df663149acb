import type { JsonObject } from '../../../common/util/json';
import { optionsOf, textOr, toConnectionBase, type ConnectionBase } from '../connection-base';
import type { OllamaSettings } from './ollama.settings';

/** One Ollama server, from its entries in the two lists. The key is for a proxy in front of it. */
export type OllamaHost = ConnectionBase;

export function hostsOf({ base_urls: urls, configs }: Pick<OllamaSettings, 'base_urls' | 'configs'>): OllamaHost[] {
  return urls.map((url, index) => toHost(index, url, optionsOf(configs, index, url)));
}

/** Options of the wrong type count as absent. */
export const toHost = (index: number, url: string, options: JsonObject): OllamaHost =>
  toConnectionBase({ index, url, key: textOr(options.key, '') }, options, 'local');

/** Adds the default tag, `latest`, to a name without one. */
export const withVersion = (name: string): string => (name.includes(':') ? name : `${name}:latest`);

/** The lowest of versions such as `0.9.1` or `0.12.3-rc1`, by their numbers; undefined for none. */
export function lowestVersion(versions: readonly string[]): string | undefined {
  return versions.toSorted((a, b) => compare(numbersOf(a), numbersOf(b)))[0];
}

const numbersOf = (version: string): number[] =>
  (version.replace(/^v/, '').split('-', 1)[0] ?? '').split('.').map((part) => Number.parseInt(part) || 0);

function compare(a: number[], b: number[]): number {
  const at = a.findIndex((number, index) => number !== (b[index] ?? 0));
  return at === -1 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
}
