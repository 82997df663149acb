import { fold } from '../../../common/util/fold';

/** A parsed search text. Undefined flags do not filter. */
export interface SearchQuery {
  /** Folded text to find; empty matches everything. */
  needle: string;
  /** Chats must have all of these. */
  tagIds: string[];
  /** Only chats without tags; `tagIds` is then empty. */
  isUntagged: boolean;
  /** Chats must be in one of these folders or in a subfolder of one. */
  folderNames: string[];
  isPinned?: boolean;
  isArchived: boolean;
  isShared?: boolean;
}

/** `tag:none` finds chats without tags. */
const NO_TAG = 'none';

const PREFIXES = ['tag', 'folder', 'pinned', 'archived', 'shared'] as const;
type Prefix = (typeof PREFIXES)[number];

/** Words with one of the prefixes are filters; the remaining words, joined by spaces, are the text to find. */
export function parseSearch(text: string): SearchQuery {
  const values = new Map<Prefix, string[]>(PREFIXES.map((name) => [name, []]));
  const words: string[] = [];
  for (const word of text.trim().split(' ')) {
    const prefix = PREFIXES.find((name) => word.toLowerCase().startsWith(`${name}:`));
    if (!prefix) words.push(word);
    else values.get(prefix)?.push(word.slice(prefix.length + 1).toLowerCase());
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

/** `true` wins over `false`; other values are ignored. */
function toBoolean(values: readonly string[] = []): boolean | undefined {
  if (values.includes('true')) return true;
  return values.includes('false') ? false : undefined;
}
