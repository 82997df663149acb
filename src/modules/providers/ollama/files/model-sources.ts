import { decodeUri } from '../../../../common/util/uri';

/** Hosts of model files, by the contract. */
const SOURCES = ['https://huggingface.co', 'https://github.com'];
/** Domains to which these hosts redirect downloads. */
const STORES = ['huggingface.co', 'hf.co', 'github.com', 'githubusercontent.com'];

/** A file at an allowed URL. */
export interface ModelSource {
  url: string;
  name: string;
}

/** Null for a URL that is not allowed or names no file. `own`: origins configured by administrators. */
export function sourceAt(address: string, own: readonly string[]): ModelSource | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || url.username !== '' || url.password !== '' || ![...SOURCES, ...own].includes(url.origin)) return null;
  const name = fileName(decodeUri(url.pathname));
  return name === null ? null : { url: url.href, name };
}

/** Whether a download may follow a redirect to this URL. */
export function isDownloadHost(address: string, own: readonly string[]): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url) return false;
  const isKnown = STORES.some((domain) => url.hostname === domain || url.hostname.endsWith(`.${domain}`));
  return own.includes(url.origin) || (url.protocol === 'https:' && url.port === '' && isKnown);
}

const MAX_NAME = 255;

/** The last segment of a path as a file name; null when it is not a valid name. */
export function fileName(path: string): string | null {
  const name = (path.split(/[/\\]/).at(-1) ?? '').replace(/\p{Cc}/gu, '').trim();
  return name === '' || name === '.' || name === '..' || name.length > MAX_NAME ? null : name;
}

/** The model name of a file: without the last extension. */
export const modelNameOf = (file: string): string => file.replace(/(?<=.)\.[^.]*$/, '');
