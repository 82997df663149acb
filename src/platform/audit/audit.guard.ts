import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { accessRuleOf, type AuthenticatedRequest } from '../../common/auth/access-rules';
import { actorReader, currentRequestId, type RequestActor } from '../observability/request-id';
import { isJsonObject } from '../../common/util/json';
import { AuditLogService } from './audit-log.service';
import { AUDITED } from './audited.decorator';
import { describeRequest, routeOf } from './describe-request';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const REFUSED_BY_LIMIT = 429;

/**
 * First of the global guards, so that it sees the requests that the others refuse; refuses nothing itself. Entered are
 * the routes with `@Audited()`, what administrators may change, and bodies that share something.
 */
@Injectable()
export class AuditGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly log: AuditLogService,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const { kind } = accessRuleOf(this.reflector, context);
    const isChangeByAdmin = kind === 'roles' && !SAFE_METHODS.has(request.method);
    if (this.isDeclared(context) || isChangeByAdmin || isSharing(request))
      this.recordWhenDone(request, http.getResponse<Response>(), kind === 'public');
    return true;
  }

  private recordWhenDone(request: AuthenticatedRequest, response: Response, isOpen: boolean): void {
    const requestId = currentRequestId() ?? null;
    const readActor = actorReader();
    // Now: a connection that is closed has no address any more.
    const { ip: address = null } = request;
    response.once('close', () => {
      const actor: RequestActor | undefined = request.user ?? readActor();
      const { statusCode: status } = response;
      // Strangers could fill the table with what is refused to them anyway.
      if (status === REFUSED_BY_LIMIT || (!actor && !isOpen)) return;
      const entry = describeRequest(request, routeOf(request), actor);
      this.log.record({ ...entry, address, requestId, ...outcomeOf(response) });
    });
  }

  private isDeclared(context: ExecutionContext): boolean {
    return this.reflector.get<boolean | undefined>(AUDITED, context.getHandler()) === true;
  }
}

const isSharing = ({ body, method }: AuthenticatedRequest): boolean =>
  !SAFE_METHODS.has(method) && isJsonObject(body) && 'access_control' in body;

/** An answer that was broken off before its head was sent is none. */
function outcomeOf({ statusCode, headersSent }: Response): { status: number; outcome: string } {
  const status = headersSent ? statusCode : 499;
  return { status, outcome: status < 400 ? 'success' : 'failure' };
}
