import { EventEmitter } from 'node:events';
import type { NodeEvents, RealtimeServer, RealtimeSocket } from './socket-state';

/** Sends an event to the other nodes of the cluster. */
export type ToNodes = <E extends keyof NodeEvents>(event: E, ...parameters: Parameters<NodeEvents[E]>) => void;

/**
 * Event names that the server makes up for one answer of one socket: only what that socket sends counts, on whichever
 * node it is connected.
 */
export class SocketChannels {
  /** Frames that other nodes pass on, by channel. */
  private readonly remote = new EventEmitter().setMaxListeners(0);
  /** Removes the listener of a channel of a socket of this node. */
  private readonly removers = new Map<string, () => void>();

  constructor(
    private readonly server: RealtimeServer,
    private readonly toNodes: ToNodes,
  ) {
    server.on('channelFrame', (channel, frame) => void this.remote.emit(channel, frame));
    server.on('channelClose', (channel) => this.removers.get(channel)?.());
    server.on('channelOpen', (socketId, channel) => {
      const socket = this.socketOf(socketId);
      if (socket) this.bind(socket, channel, (frame) => void toNodes('channelFrame', channel, frame));
    });
  }

  /** Calls `onFrame` with the first argument of each event of that name that the socket sends, until the result is called. */
  listen(socketId: string, channel: string, onFrame: (frame: unknown) => void): () => void {
    const socket = this.socketOf(socketId);
    if (socket) return this.bind(socket, channel, onFrame);
    this.remote.on(channel, onFrame);
    this.toNodes('channelOpen', socketId, channel);
    return () => {
      this.remote.off(channel, onFrame);
      this.toNodes('channelClose', channel);
    };
  }

  private bind(socket: RealtimeSocket, channel: string, onFrame: (frame: unknown) => void): () => void {
    const listener = (frame: unknown, acknowledge?: unknown) => {
      onFrame(frame);
      if (typeof acknowledge === 'function') (acknowledge as () => void)();
    };
    const remove = () => {
      socket.off(channel, listener);
      this.removers.delete(channel);
    };
    socket.on(channel, listener);
    socket.once('disconnect', remove);
    this.removers.set(channel, remove);
    return remove;
  }

  private socketOf(socketId: string): RealtimeSocket | undefined {
    return this.server.sockets.sockets.get(socketId);
  }
}
