import type { Server, Socket } from 'socket.io';

/** What a socket knows of its user: no more than that, since other nodes can read it. */
export interface SocketState {
  userId?: string;
  /** Of the token that authenticated it. */
  jti?: string;
}

/** Events between the nodes of the cluster. */
export interface NodeEvents {
  socketGone: (socketId: string) => void;
  channelOpen: (socketId: string, channel: string) => void;
  channelClose: (channel: string) => void;
  channelFrame: (channel: string, frame: unknown) => void;
}

type AnyEvents = Record<string, (...parameters: unknown[]) => void>;

export type RealtimeServer = Server<AnyEvents, AnyEvents, NodeEvents, SocketState>;
export type RealtimeSocket = Socket<AnyEvents, AnyEvents, NodeEvents, SocketState>;

/** False for names of rooms, which all have a colon: Socket.IO reaches rooms and sockets by the same call. */
export const isSocketId = (id: string): boolean => /^[\w-]+$/.test(id);

/** All sockets of a user, on all nodes. */
export const userRoom = (userId: string): string => `user:${userId}`;

/** All sockets that one token authenticated, on all nodes. */
export const sessionRoom = (jti: string): string => `session:${jti}`;
