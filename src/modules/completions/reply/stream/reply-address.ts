import { roomOf } from '../../../../platform/realtime/socket-rooms.service';

/** Characters of the ids that clients name. */
export const MAX_ID_LENGTH = 512;

/** The message that a reply is written to. Ids of temporary chats are unique per user only. */
export interface ReplyAddress {
  userId: string;
  chatId: string;
  messageId: string;
}

/** How far a client has read. */
export interface ReplyPosition {
  taskId: string;
  seq: number;
}

export const keyOf = ({ userId, chatId, messageId }: ReplyAddress): string =>
  JSON.stringify([userId, chatId, messageId]);

/** Sockets that get the numbered events of the reply. */
export const followersRoom = (address: ReplyAddress): string => roomOf('reply', keyOf(address));
