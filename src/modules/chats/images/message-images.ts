import { isJsonObject, type JsonObject } from '../../../common/util/json';

/** Returns the replacement of a URL, or the URL itself to keep it. */
export type MapUrl = (url: string) => string;

const MARKDOWN_IMAGE = '](data:image/';

/**
 * Maps the URLs of images in the messages of a client's `chat` object, in the tree and in the list. Unchanged values are
 * returned by reference.
 */
export function mapChatImages(chat: JsonObject, map: MapUrl): JsonObject {
  const changes: JsonObject = {};
  const { history, messages } = chat;
  if (isJsonObject(history) && isJsonObject(history.messages)) {
    const tree = mapValues(history.messages, (message) => mapMessageImages(message, map));
    if (tree !== history.messages) changes.history = { ...history, messages: tree };
  }
  if (Array.isArray(messages)) {
    const list = mapItems(messages, (message) => mapMessageImages(message, map));
    if (list !== messages) changes.messages = list;
  }
  return Object.keys(changes).length > 0 ? { ...chat, ...changes } : chat;
}

/** A message, or some keys of one: each `url` in it, and the data URLs of images in the Markdown of its `content`. */
export function mapMessageImages(message: unknown, map: MapUrl): unknown {
  if (!isJsonObject(message)) return message;
  return mapValues(message, (value, key) =>
    key === 'content' && typeof value === 'string' ? mapMarkdownImages(value, map) : mapUrl(value, key, map),
  );
}

/** Maps every string under a key `url`, at any depth. */
export function mapUrls(value: unknown, map: MapUrl): unknown {
  if (Array.isArray(value)) return mapItems(value, (item) => mapUrls(item, map));
  return isJsonObject(value) ? mapValues(value, (item, key) => mapUrl(item, key, map)) : value;
}

const mapUrl = (value: unknown, key: string, map: MapUrl): unknown =>
  key === 'url' && typeof value === 'string' ? map(value) : mapUrls(value, map);

function mapItems(list: unknown[], map: (item: unknown) => unknown): unknown[] {
  let mapped: unknown[] | undefined;
  list.forEach((item, index) => {
    const value = map(item);
    if (value !== item) (mapped ??= [...list])[index] = value;
  });
  return mapped ?? list;
}

/** Copies nothing until a value changes: most of up to 200,000 messages have no image. */
function mapValues(object: JsonObject, map: (value: unknown, key: string) => unknown): JsonObject {
  let mapped: JsonObject | undefined;
  for (const key of Object.keys(object)) {
    const value = map(object[key], key);
    if (value !== object[key]) (mapped ??= { ...object })[key] = value;
  }
  return mapped ?? object;
}

/** Skips images in fenced code, and incomplete ones. */
function mapMarkdownImages(text: string, map: MapUrl): string {
  const fences = new Fences(text);
  let mapped = '';
  let from = 0;
  for (let at = text.indexOf(MARKDOWN_IMAGE); at !== -1; at = text.indexOf(MARKDOWN_IMAGE, at + 1)) {
    const start = at + 2;
    const end = endOfTarget(text, start);
    if (end === -1) break;
    if (fences.encloses(at)) continue;
    mapped += text.slice(from, start) + map(text.slice(start, end));
    from = end;
  }
  return from === 0 ? text : mapped + text.slice(from);
}

function endOfTarget(text: string, start: number): number {
  const end = /[)\s]/g;
  end.lastIndex = start;
  return end.exec(text)?.index ?? -1;
}

/** Tells whether positions, queried in ascending order, are within fenced code. */
class Fences {
  private readonly line = /^ {0,3}(?:```|~~~)/gm;
  private next: RegExpExecArray | null | undefined;
  private isOpen = false;

  constructor(private readonly text: string) {}

  encloses(at: number): boolean {
    if (this.next === undefined) this.next = this.line.exec(this.text);
    for (; this.next && this.next.index < at; this.next = this.line.exec(this.text)) this.isOpen = !this.isOpen;
    return this.isOpen;
  }
}
