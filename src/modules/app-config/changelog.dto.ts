export class ChangelogEntry {
  /** What comes before the first `: `; may be empty. */
  title: string;
  content: string;
  /** HTML of the list item. */
  raw: string;
}

/** By version: the date, and entries by section. */
export type ChangelogResponse = Record<string, Record<string, string | ChangelogEntry[]>>;
