import { Injectable } from '@nestjs/common';
import { networkOf } from '../throttling/throttle-key';
import { RealtimeSettings } from './realtime.settings';
import type { RealtimeSocket } from './socket-state';

/** Limits sockets without a user: they cost memory, and any client can open them. */
@Injectable()
export class AnonymousSocketsService {
  private readonly networks = new Map<string, Set<RealtimeSocket>>();

  constructor(private readonly settings: RealtimeSettings) {}

  /** False when the network of the socket is at its limit. */
  admit(socket: RealtimeSocket): boolean {
    if (!socket.connected) return true;
    const network = networkOf(socket.handshake.address);
    const sockets = this.networks.get(network) ?? new Set();
    for (const other of sockets) if (other.data.userId !== undefined) sockets.delete(other);
    if (sockets.size >= this.settings.max_anonymous_per_address) return false;
    this.networks.set(network, sockets.add(socket));
    socket.once('disconnect', () => this.release(network, socket));
    return true;
  }

  private release(network: string, socket: RealtimeSocket): void {
    const sockets = this.networks.get(network);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.networks.delete(network);
  }
}
