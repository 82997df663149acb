import { isJsonObject, type JsonObject } from '../../../common/util/json';

/** What to put in the place of a URL; the same one leaves it. */
export type MapUrl = (url: string) => string;

const MARKDOWN_IMAGE = '](data:image/';

/**
 * A client's `chat` object with other URLs of the images in its messages, those of the tree and those of the list. What
 * does not change is the same value as before.
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

/** Every text under a key `url`, however deep. */
export function mapUrls(value: unknown, map: MapUrl): unknown {
  if (Array.isArray(value)) return mapItems(value, (item) => mapUrls(item, map));
  return isJsonObject(value) ? mapValues(value, (item, key) => mapUrl(item, key, map)) : value;
}

const mapUrl = (value: unknown, key: string, map: MapUrl): unknown =>
  key === 'url' && typeof value === 'string' ? map(value) : mapUrls(value, map);

function mapItems(list: unknown[], map: (item: unknown) => unknown): unknown[] {
  const mapped = list.map(map);
  return mapped.some((item, index) => item !== list[index]) ? mapped : list;
}

function mapValues(object: JsonObject, map: (value: unknown, key: string) => unknown): JsonObject {
  const entries = Object.entries(object);
  const mapped = entries.map(([key, value]) => [key, map(value, key)] as const);
  return mapped.some(([, value], index) => value !== entries[index]?.[1]) ? Object.fromEntries(mapped) : object;
}

/** Images in fenced code are somebody's code. One whose end has not come yet stays. */
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

/** Tells of growing places in a text whether they are in fenced code. */
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
