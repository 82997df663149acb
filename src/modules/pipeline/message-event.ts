/** An event of one message, as sent to clients in `events`: `{chat_id, message_id, data: {type, data}}`. */
export interface MessageEvent<D = unknown> {
  type: string;
  data?: D;
}
