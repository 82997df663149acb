import { fold } from './fold';

/** What a search text asks for. */
export interface SearchQuery {
  /** Folded; empty for any text. */
  needle: string;
  /** All of them. */
  tagIds: string[];
  /** True for chats without any tag; then `tagIds` is empty. */
  isUntagged: boolean;
  /** One of them, or of the folders that lie in them. */
  folderNames: string[];
  /** Undefined, like the others: whatever it is. */
  isPinned?: boolean;
  isArchived: boolean;
  isShared?: boolean;
}

/** `tag:none` asks for chats without tags. */
const NO_TAG = 'none';

const PREFIXES = ['tag', 'folder', 'pinned', 'archived', 'shared'] as const;
type Prefix = (typeof PREFIXES)[number];

/** The grammar is in the contract: words with one of the prefixes narrow the search, the others are the text to find. */
export function parseSearch(text: string): SearchQuery {
  const values = new Map<Prefix, string[]>();
  const words: string[] = [];
  for (const word of text.trim().split(' ')) {
    const prefix = PREFIXES.find((name) => word.toLowerCase().startsWith(`${name}:`));
    if (!prefix) words.push(word);
    else values.set(prefix, [...(values.get(prefix) ?? []), word.slice(prefix.length + 1).toLowerCase()]);
  }
  const tagIds = values.get('tag') ?? [];
  const isUntagged = tagIds.includes(NO_TAG);
  return {
    needle: fold(words.join(' ').trim()),
    tagIds: isUntagged ? [] : tagIds,
    isUntagged,
    folderNames: values.get('folder') ?? [],
    isPinned: toBoolean(values.get('pinned')),
    isArchived: toBoolean(values.get('archived')) ?? false,
    isShared: toBoolean(values.get('shared')),
  };
}

/** True wins over false; any other value says nothing. */
function toBoolean(values: readonly string[] = []): boolean | undefined {
  if (values.includes('true')) return true;
  return values.includes('false') ? false : undefined;
}
