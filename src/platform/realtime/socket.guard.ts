import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { accessRuleOf, type AuthenticatedSocket } from '../../common/auth/access-rules';
import { UnauthorizedError } from '../../common/errors/app-error';
import { SocketSessionService } from './socket-session.service';
import type { RealtimeSocket } from './socket-state';

/**
 * Resolves the principal of socket events whose handler is not `@Public()`. Later guards check the rule of the handler,
 * as for routes; by default it needs a verified user. Nothing is cached, so a revoked token fails on the next event.
 */
@Injectable()
export class SocketGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SocketSessionService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'ws' || accessRuleOf(this.reflector, context).kind === 'public') return true;
    const socket = context.switchToWs().getClient<RealtimeSocket & AuthenticatedSocket>();
    const principal = await this.sessions.principalOf(socket);
    if (!principal) throw new UnauthorizedError();
    socket.principal = principal;
    return true;
  }
}
