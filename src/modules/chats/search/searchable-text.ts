import { isJsonObject } from '../../../common/util/json';
import { fold } from './fold';

/** The text of a message that can be found: its content, or the texts among the parts of its content. */
export function searchableText(content: string | null, parts: unknown): string {
  if (content !== null) return fold(content);
  return Array.isArray(parts) ? fold(parts.flatMap(textOf).join('\n')) : '';
}

const textOf = (part: unknown): string[] =>
  isJsonObject(part) && part.type === 'text' && typeof part.text === 'string' ? [part.text] : [];
