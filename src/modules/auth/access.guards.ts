import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { accessRuleOf, type AccessRule, type AuthenticatedRequest } from '../../common/auth/access-rules';
import { VERIFIED_ROLES, type Principal, type Role } from '../../common/auth/principal';
import { AccessProhibitedError, UnauthorizedError } from '../../common/errors/app-error';
import { PermissionsService } from '../groups/permissions.service';

/** What both guards look at: the rule of the route, and the caller that the authentication guard found. */
function factsOf(reflector: Reflector, context: ExecutionContext): { rule: AccessRule; user: Principal | undefined } {
  const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  return { rule: accessRuleOf(reflector, context), user };
}

/** The roles that a rule admits; null when it does not look at the role. */
function rolesOf(rule: AccessRule): readonly Role[] | null {
  if (rule.kind === 'public' || rule.kind === 'signed-in') return null;
  return rule.kind === 'roles' ? rule.roles : VERIFIED_ROLES;
}

/** Refuses callers whose role the route does not admit; without a rule, everybody but `pending` accounts. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const { rule, user } = factsOf(this.reflector, context);
    const roles = rolesOf(rule);
    if (roles && !(user && roles.includes(user.role))) throw new AccessProhibitedError();
    return true;
  }
}

/** Refuses callers who hold none of the permissions that the route names. */
@Injectable()
export class PermissionsGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly permissions: PermissionsService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const { rule, user } = factsOf(this.reflector, context);
    if (rule.kind !== 'permission') return true;
    if (!user || !(await this.permissions.hasAny(user, rule.anyOf))) throw new UnauthorizedError();
    return true;
  }
}
