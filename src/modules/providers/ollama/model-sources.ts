/** Where model files are, by the contract. */
const SOURCES = ['https://huggingface.co', 'https://github.com'];
/** Domains to which these send their visitors for the bytes. */
const STORES = ['huggingface.co', 'hf.co', 'github.com', 'githubusercontent.com'];

/** A file at an address that may be downloaded from. */
export interface ModelSource {
  url: string;
  name: string;
}

/** Null for an address that nothing may be downloaded from, or that names no file. `own`: origins of administrators. */
export function sourceAt(address: string, own: readonly string[]): ModelSource | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || url.username !== '' || url.password !== '' || ![...SOURCES, ...own].includes(url.origin)) return null;
  const name = fileName(decoded(url.pathname));
  return name === null ? null : { url: url.href, name };
}

/** Whether a download may go on at the address to which a source sends it. */
export function isStore(address: string, own: readonly string[]): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url) return false;
  const isKnown = STORES.some((domain) => url.hostname === domain || url.hostname.endsWith(`.${domain}`));
  return own.includes(url.origin) || (url.protocol === 'https:' && url.port === '' && isKnown);
}

const MAX_NAME = 255;

/** The last part of a path, as a client may call its file; null when that is no name. */
export function fileName(path: string): string | null {
  const name = (path.split(/[/\\]/).at(-1) ?? '').replace(/\p{Cc}/gu, '').trim();
  return name === '' || name === '.' || name === '..' || name.length > MAX_NAME ? null : name;
}

/** The name of the model in a file: without the last ending. */
export const modelNameOf = (file: string): string => file.replace(/(?<=.)\.[^.]*$/, '');

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
