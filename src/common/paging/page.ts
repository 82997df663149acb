/** A window of a list: `limit` null means everything. */
export interface PageWindow {
  limit: number | null;
  offset: number;
}

/** Pages start at 1; smaller numbers are page 1. Without a page number the whole list is returned. */
export function pageWindow(page: number | undefined, size: number): PageWindow {
  if (page === undefined) return { limit: null, offset: 0 };
  return { limit: size, offset: (Math.max(1, page) - 1) * size };
}

/** Escapes the wildcards of SQL `LIKE`, so that a search string matches itself. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`);
