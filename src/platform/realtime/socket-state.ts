import type { Server, Socket } from 'socket.io';

/** The identity of a socket. Other nodes can read it, so it holds no token. */
export interface SocketState {
  userId?: string;
  /** `jti` of the token that authenticated it. */
  jti?: string;
}

/** Events between the nodes of the cluster. */
export interface NodeEvents {
  socketGone: (socketId: string) => void;
  channelOpen: (socketId: string, channel: string) => void;
  channelClose: (channel: string) => void;
  channelFrame: (channel: string, frame: unknown) => void;
  /** Of a domain, by topic; see `RealtimeService.tellNodes`. */
  nodeMessage: (topic: string, message: unknown) => void;
}

type AnyEvents = Record<string, (...parameters: unknown[]) => void>;

export type RealtimeServer = Server<AnyEvents, AnyEvents, NodeEvents, SocketState>;
export type RealtimeSocket = Socket<AnyEvents, AnyEvents, NodeEvents, SocketState>;

/** False for room names, which contain a colon: Socket.IO addresses rooms and sockets by the same call. */
export const isSocketId = (id: string): boolean => /^[\w-]+$/.test(id);

/** All sockets of a user, on all nodes. */
export const userRoom = (userId: string): string => `user:${userId}`;

/** All sockets of a pending account, on all nodes: they get no events, but an approval admits them. */
export const pendingRoom = (userId: string): string => `pending:${userId}`;

/** All sockets that one token authenticated, on all nodes. */
export const sessionRoom = (jti: string): string => `session:${jti}`;
