import { fold } from '../../../common/util/fold';
import { isJsonObject } from '../../../common/util/json';
import type { Copy } from './history.codec';

/** Characters of a list that can be found. */
const MAX_LIST_TEXT = 1_000_000;

/** The folded text of a message: its content, or the text parts of its content joined by newlines. */
export function searchableText(content: string | null, parts: unknown): string {
  if (content !== null) return fold(content);
  return Array.isArray(parts) ? fold(parts.flatMap(textOf).join('\n')) : '';
}

/** Texts of the entries of a list `messages` that are not messages of the tree: early exports have only the list. */
export function listTextsOf(copies: readonly Copy[]): string[] {
  return copies.flatMap((copy) => {
    if (typeof copy === 'string' || !isJsonObject(copy.raw)) return [];
    const { content } = copy.raw;
    return typeof content === 'string' ? [content] : Array.isArray(content) ? content.flatMap(textOf) : [];
  });
}

/** The folded `listTextsOf` joined by newlines; null for none. */
export function listTextOf(copies: readonly Copy[] | null): string | null {
  const text = listTextsOf(copies ?? []).join('\n');
  return text === '' ? null : fold(text.slice(0, MAX_LIST_TEXT));
}

const textOf = (part: unknown): string[] =>
  isJsonObject(part) && part.type === 'text' && typeof part.text === 'string' ? [part.text] : [];
