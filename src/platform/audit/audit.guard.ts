import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { accessRuleOf, type AuthenticatedRequest } from '../../common/auth/access-rules';
import { actorReader, currentRequestId, type RequestActor } from '../observability/request-id';
import { isJsonObject } from '../../common/util/json';
import { AuditLogService } from './audit-log.service';
import { AUDITED, setAuditedOptions, type AuditedOptions } from './audited.decorator';
import { describeRequest, routeOf } from './describe-request';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const REFUSED_BY_LIMIT = 429;

/**
 * First of the global guards, so that refused requests are recorded too; refuses nothing itself. Records routes with
 * `@Audited()`, changes by administrators, and bodies that share something.
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
    const declared = this.reflector.get<AuditedOptions | undefined>(AUDITED, context.getHandler());
    if (declared) setAuditedOptions(request, declared);
    const isChangeByAdmin = kind === 'roles' && !SAFE_METHODS.has(request.method);
    if (declared || isChangeByAdmin || isSharing(request))
      this.recordWhenDone(request, http.getResponse<Response>(), kind === 'public');
    return true;
  }

  private recordWhenDone(request: AuthenticatedRequest, response: Response, isOpen: boolean): void {
    const requestId = currentRequestId() ?? null;
    const readActor = actorReader();
    // Read now: a closed connection has no address.
    const { ip: address = null } = request;
    response.once('close', () => {
      const actor: RequestActor | undefined = request.user ?? readActor();
      const { statusCode: status } = response;
      // Otherwise anonymous clients could fill the table with refused requests.
      if (status === REFUSED_BY_LIMIT || (!actor && !isOpen)) return;
      const entry = describeRequest(request, routeOf(request), actor);
      this.log.record({ ...entry, address, requestId, ...outcomeOf(response) });
    });
  }
}

const isSharing = ({ body, method }: AuthenticatedRequest): boolean =>
  !SAFE_METHODS.has(method) && isJsonObject(body) && 'access_control' in body;

/** A response that was interrupted before its headers were sent has no status. */
function outcomeOf({ statusCode, headersSent }: Response): { status: number; outcome: string } {
  const status = headersSent ? statusCode : 499;
  return { status, outcome: status < 400 ? 'success' : 'failure' };
}
