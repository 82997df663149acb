import { isJsonObject, type JsonObject } from '../../src/common/util/json';
import { patchedRow, toMessage, type MessageRow } from '../../src/modules/chats/history/message-row';
import { differingIds, planSave, type SavePlan } from '../../src/modules/chats/history/save-plan';

/** `history` as a client has it. */
export interface Tree {
  messages: JsonObject;
  currentId: string | null;
}

/** The rows of one chat in memory, written to by the functions that the services use. */
export class TreeStore {
  private readonly rows = new Map<string, MessageRow>();
  private currentId: string | null = null;
  private revision = 0;

  save({ messages, currentId }: Tree, isAutomatic = false): SavePlan {
    const posted = { messages: new Map(Object.entries(messages)), currentId, isAutomatic };
    const index = this.ordered().map((row) => ({ ...row, hasSaved: row.saved !== null }));
    const rows = differingIds(index, posted).flatMap((id) => this.rows.get(id) ?? []);
    this.revision += 1;
    const plan = planSave({ currentId: this.currentId, revision: this.revision, index, rows }, posted, false);
    for (const id of plan.removed.keys()) this.rows.delete(id);
    for (const row of plan.rows) this.rows.set(row.id, row);
    for (const [id, position] of plan.moved) this.put(id, (row) => ({ ...row, position }));
    this.currentId = plan.currentId;
    return plan;
  }

  /** False for an unknown message. */
  patch(id: string, patch: JsonObject): boolean {
    const message = this.messageOf(id);
    if (!isJsonObject(message)) return false;
    this.put(id, (row) => patchedRow(row, message, patch));
    return true;
  }

  /** A copy of all. */
  read(): Tree {
    const entries = this.ordered().map((row) => [row.id, structuredClone(toMessage(row))] as const);
    return { messages: Object.fromEntries(entries), currentId: this.currentId };
  }

  private messageOf(id: string): unknown {
    const row = this.rows.get(id);
    return row && toMessage(row);
  }

  private put(id: string, change: (row: MessageRow) => MessageRow): void {
    const row = this.rows.get(id);
    if (row) this.rows.set(id, change(row));
  }

  private ordered(): MessageRow[] {
    return [...this.rows.values()].sort((a, b) => a.position - b.position);
  }
}
