/** A window of a list: `limit` null means everything. */
export interface PageWindow {
  limit: number | null;
  offset: number;
}

/** Pages count from 1; anything smaller is page 1. No page number means the whole list. */
export function pageWindow(page: number | undefined, size: number): PageWindow {
  if (page === undefined) return { limit: null, offset: 0 };
  return { limit: size, offset: (Math.max(1, page) - 1) * size };
}

/** Escapes the wildcards of SQL `LIKE`, so that a search text matches itself. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`);
