import { fold } from '../../../common/util/fold';
import type { Copy } from '../history/history.codec';
import { listTextsOf } from '../history/searchable-text';

/** Where a message contains the text. Positions count code points of the NFC form. */
export interface MessageMatch {
  chatId: string;
  /** Null for an entry that only the list `messages` contains. */
  messageId: string | null;
  position: number;
  /** The message around the text. */
  snippet: string;
  /** Start of the text in the snippet. */
  snippetPosition: number;
}

/** Characters of a snippet before the match, and from its start. */
export const SNIPPET = { before: 60, after: 140 } as const;

/** Where an entry of a list `messages` contains a folded text; undefined when the entries do so only together. */
export function listMatch(
  copies: readonly Copy[],
  needle: string,
): Pick<MessageMatch, 'position' | 'snippet' | 'snippetPosition'> | undefined {
  for (const text of listTextsOf(copies)) {
    const folded = fold(text);
    const at = folded.indexOf(needle);
    if (at === -1) continue;
    const position = [...folded.slice(0, at)].length;
    const start = Math.max(position - SNIPPET.before, 0);
    const snippet = [...text.normalize('NFC')].slice(start, position + SNIPPET.after).join('');
    return { position, snippet, snippetPosition: position - start };
  }
  return undefined;
}
