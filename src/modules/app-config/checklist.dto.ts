export class ChecklistItem {
  /** `database`, `secret`, `provider`, `embedding` or `storage`. */
  id: string;
  title: string;
  /** `done`, `todo`, or `absent` for what this server cannot do yet. */
  state: 'done' | 'todo' | 'absent';
  /** How it is now, and what to think of. */
  text: string;
  /** What to run next; null for nothing. */
  command: string | null;
}

export class ChecklistResponse {
  items: ChecklistItem[];
}
