import { asString, isJsonObject, type JsonObject } from '../../../common/util/json';

/** Bytes of an update. */
export const MAX_UPDATE = 1_000_000;
const MAX_AWARENESS = 64_000;
const DOCUMENT_ID = /^note:([\w-]{1,100})$/;
const COLOR = /^#[0-9a-f]{3,8}$/i;

/** The id of the note in a payload; undefined for every other form, such as `note_<id>`. */
export function noteIdOf(payload: unknown): string | undefined {
  const id = isJsonObject(payload) ? asString(payload.document_id) : undefined;
  return id === undefined ? undefined : DOCUMENT_ID.exec(id)?.[1];
}

export const documentIdOf = (noteId: string): string => `note:${noteId}`;

/** Colour of a cursor as clients send it. */
export const colorOf = (payload: unknown): string => {
  const color = isJsonObject(payload) ? asString(payload.user_color) : undefined;
  return color !== undefined && COLOR.test(color) ? color : '#000000';
};

/** `raw` is the form that was sent, which receivers get too: a binary attachment, or a list of bytes. */
export interface SentBytes {
  raw: unknown;
  bytes: Uint8Array;
}

export const updateOf = (payload: unknown): SentBytes | undefined => bytesOf(payload, MAX_UPDATE);

/** Cursors and names, opaque to the server. */
export const awarenessOf = (payload: unknown): SentBytes | undefined => bytesOf(payload, MAX_AWARENESS);

/** The rendering of the text that comes with an update. */
export function contentOf(payload: unknown): JsonObject | undefined {
  const data = isJsonObject(payload) ? payload.data : undefined;
  return isJsonObject(data) && isJsonObject(data.content) ? data.content : undefined;
}

function bytesOf(payload: unknown, limit: number): SentBytes | undefined {
  const raw = isJsonObject(payload) ? payload.update : undefined;
  if (raw instanceof Uint8Array) return raw.byteLength <= limit ? { raw, bytes: raw } : undefined;
  if (!Array.isArray(raw) || raw.length > limit || !raw.every(isByte)) return undefined;
  return { raw, bytes: Uint8Array.from(raw as number[]) };
}

const isByte = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 256;
