/** Largest picture stored in a row, in characters of its data URL. */
const MAX_DATA_LENGTH = 2 * 1024 * 1024;
const MAX_URL_LENGTH = 2048;
const RASTER = /^data:(image\/(?:png|jpeg|gif|webp));base64,/i;
const PATH = /^\/(?!\/)[\w./~%?=&+-]*$/;
const HTTP = /^https?:\/\/[^\s\\"'<>]+$/i;

const isHttpUrl = (url: string): boolean => HTTP.test(url) && URL.canParse(url);

/**
 * True for a value that may be stored as a picture: empty, a path of this server, an http(s) URL, or a raster image as
 * a data URL. Everything else (SVG, HTML, `javascript:`) could run in a user's browser.
 */
export function isImageUrl(url: string): boolean {
  if (RASTER.test(url)) return url.length <= MAX_DATA_LENGTH;
  return url === '' || (url.length <= MAX_URL_LENGTH && (PATH.test(url) || isHttpUrl(url)));
}

/** First bytes of raster types, in Latin-1. */
const SIGNATURES: readonly [type: string, start: RegExp][] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
];

/** The type of a raster image by its first bytes; undefined for anything else. */
export function rasterTypeOf(bytes: Buffer): string | undefined {
  const head = bytes.toString('latin1', 0, 16);
  return SIGNATURES.find(([, start]) => start.test(head))?.[0];
}

/** The image in a data URL; null for anything else, and for one that cannot be decoded. */
export function decodeImageUrl(url: string): { type: string; bytes: Buffer } | null {
  const type = RASTER.exec(url)?.[1]?.toLowerCase();
  const bytes = decodeBase64(url.slice(url.indexOf(',') + 1));
  return type && bytes ? { type, bytes } : null;
}

function decodeBase64(text: string): Buffer | null {
  const isValid = text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return isValid ? Buffer.from(text, 'base64') : null;
}
