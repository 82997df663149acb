import { EventEmitter } from 'node:events';
import type { NodeEvents, RealtimeServer, RealtimeSocket } from './socket-state';

/** Sends an event to the other nodes of the cluster. */
export type ToNodes = <E extends keyof NodeEvents>(event: E, ...parameters: Parameters<NodeEvents[E]>) => void;

/** Milliseconds for which frames of a closed channel are expected: a client learns late that the channel is closed. */
const CLOSING = 60_000;

/** Channels per socket of this node, with the time at which closed ones expire. */
const channels = new WeakMap<RealtimeSocket, Map<string, number>>();

/**
 * True for a frame of a running reply. Such frames do not count towards the socket's event budget: the reader of the
 * channel limits the buffered bytes.
 */
export function isChannelOf(socket: RealtimeSocket, event: string, now = Date.now()): boolean {
  return (channels.get(socket)?.get(event) ?? 0) > now;
}

function remember(socket: RealtimeSocket, channel: string, until: number): void {
  const known = channels.get(socket) ?? new Map<string, number>();
  for (const [name, end] of known) if (end <= Date.now()) known.delete(name);
  channels.set(socket, known.set(channel, until));
}

/**
 * Event names that the server generates for one response of one socket: only frames of that socket are accepted, on any
 * node.
 */
export class SocketChannels {
  /** Frames passed on by other nodes, by channel. */
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

  /**
   * Calls `onFrame` with the first argument of each such event of the socket, until the returned function is called.
   */
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
      remember(socket, channel, Date.now() + CLOSING);
      this.removers.delete(channel);
    };
    socket.on(channel, listener);
    remember(socket, channel, Infinity);
    socket.once('disconnect', remove);
    this.removers.set(channel, remove);
    return remove;
  }

  private socketOf(socketId: string): RealtimeSocket | undefined {
    return this.server.sockets.sockets.get(socketId);
  }
}
