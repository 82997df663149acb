import { Injectable } from '@nestjs/common';
import { networkOf } from '../throttling/network-of';
import { RealtimeSettings } from './realtime.settings';
import type { RealtimeSocket } from './socket-state';

/** Sockets that nobody signed in yet: they cost memory, and anybody can open them. */
@Injectable()
export class StrangerSocketsService {
  private readonly networks = new Map<string, Set<RealtimeSocket>>();

  constructor(private readonly settings: RealtimeSettings) {}

  /** False when the network of the socket has too many of them. */
  admit(socket: RealtimeSocket): boolean {
    if (!socket.connected) return true;
    const network = networkOf(socket.handshake.address);
    const sockets = this.networks.get(network) ?? new Set();
    for (const other of sockets) if (other.data.userId !== undefined) sockets.delete(other);
    if (sockets.size >= this.settings.max_strangers_per_address) return false;
    this.networks.set(network, sockets.add(socket));
    socket.once('disconnect', () => this.forget(network, socket));
    return true;
  }

  private forget(network: string, socket: RealtimeSocket): void {
    const sockets = this.networks.get(network);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.networks.delete(network);
  }
}
