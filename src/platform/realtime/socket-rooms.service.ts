import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Principal } from '../../common/auth/principal';
import { AccessProhibitedError } from '../../common/errors/app-error';
import { DeclarationsService, type HandlerDecorator } from '../discovery/declarations.service';
import type { RealtimeSocket } from './socket-state';

const RoomChecks = DiscoveryService.createDecorator<string>();
type Check = (principal: Principal, id: string) => Promise<boolean>;

/**
 * Declares the method that decides whether a principal may join the room of a row, by kind, such as `channel`.
 * @public
 */
export const RoomAccess = (kind: string): HandlerDecorator<[principal: Principal, id: string]> => RoomChecks(kind);

/** The room of a row. The kinds `user`, `session` and `pending` belong to `SocketSessionService`. */
export const roomOf = (kind: string, id: string): string => `${kind}:${id}`;

/** The only way to join the rooms of a domain. A kind without `@RoomAccess()` admits no socket. */
@Injectable()
export class SocketRoomsService implements OnModuleInit {
  private checks = new Map<string, Check>();

  constructor(private readonly declarations: DeclarationsService) {}

  onModuleInit(): void {
    const found = this.declarations.methods(RoomChecks);
    this.checks = new Map(found.map(({ declaration, call }) => [declaration, call as Check]));
  }

  /** @throws AccessProhibitedError when the principal may not join the room. */
  async join(socket: RealtimeSocket, principal: Principal, kind: string, id: string): Promise<void> {
    await this.assertAllowed(principal, kind, id);
    await socket.join(roomOf(kind, id));
    // A grant that was revoked meanwhile did not find this socket in the room.
    if (await this.isAllowed(principal, kind, id)) return;
    await socket.leave(roomOf(kind, id));
    throw new AccessProhibitedError();
  }

  async leave(socket: RealtimeSocket, kind: string, id: string): Promise<void> {
    await socket.leave(roomOf(kind, id));
  }

  /** Leaves the rooms that the principal has lost access to. */
  async recheck(socket: RealtimeSocket, principal: Principal): Promise<void> {
    for (const room of [...socket.rooms]) {
      const [kind = ''] = room.split(':', 1);
      if (!this.checks.has(kind)) continue;
      if (!(await this.isAllowed(principal, kind, room.slice(kind.length + 1)))) await socket.leave(room);
    }
  }

  private async assertAllowed(principal: Principal, kind: string, id: string): Promise<void> {
    if (!(await this.isAllowed(principal, kind, id))) throw new AccessProhibitedError();
  }

  private async isAllowed(principal: Principal, kind: string, id: string): Promise<boolean> {
    return (await this.checks.get(kind)?.(principal, id)) ?? false;
  }
}
