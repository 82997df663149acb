import { isJsonObject, type JsonObject } from '../../../common/util/json';

/** A message object of the wire; its keys are the client's. */
export type ChatMessageJson = JsonObject;

/** One value of `history.messages` as columns. A column that is set leaves null in its place in `extra`. */
export interface MessageColumns {
  parentId: string | null;
  role: string | null;
  content: string | null;
  extra: unknown;
}

const COLUMNS = ['parentId', 'role', 'content'] as const;

/** Takes a message apart; anything that is no object (legacy trees) is kept whole in `extra`. */
export function toColumns(message: unknown): MessageColumns {
  const columns: MessageColumns = { parentId: null, role: null, content: null, extra: message };
  if (!isJsonObject(message)) return columns;
  const extra = { ...message };
  for (const key of COLUMNS) {
    const value = message[key];
    if (typeof value !== 'string') continue;
    columns[key] = value;
    extra[key] = null;
  }
  return { ...columns, extra };
}

/** The inverse of `toColumns`, key order included. */
export function toMessage(columns: MessageColumns): unknown {
  if (!isJsonObject(columns.extra)) return columns.extra;
  const message = { ...columns.extra };
  for (const key of COLUMNS) if (columns[key] !== null) message[key] = columns[key];
  return message;
}
