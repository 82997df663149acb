import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  accessRuleOf,
  featureRuleOf,
  principalOf,
  type AccessRule,
  type RefusalOptions,
} from '../../../common/auth/access-rules';
import { VERIFIED_ROLES, type Principal, type Role } from '../../../common/auth/principal';
import { AccessProhibitedError, UnauthorizedError } from '../../../common/errors/app-error';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { PermissionsService } from '../../groups/permissions/permissions.service';

/** The rule of the route or socket event, and the principal. */
const factsOf = (reflector: Reflector, context: ExecutionContext): { rule: AccessRule; principal?: Principal } => ({
  rule: accessRuleOf(reflector, context),
  principal: principalOf(context),
});

/** The roles that a rule admits; null for any. */
function rolesOf(rule: AccessRule): readonly Role[] | null {
  if (rule.kind === 'public' || rule.kind === 'signed-in') return null;
  return rule.kind === 'roles' ? rule.roles : VERIFIED_ROLES;
}

/** Refuses principals whose role the route does not admit; without a rule, `pending` accounts. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { rule, principal } = factsOf(this.reflector, context);
    const roles = rolesOf(rule);
    if (!roles || (principal && roles.includes(principal.role))) return true;
    throw refusalOf(rule, principal)?.() ?? new AccessProhibitedError();
  }
}

/** The rule's refusal for verified accounts. */
const refusalOf = (rule: AccessRule, principal: Principal | undefined): RefusalOptions['refusal'] =>
  rule.kind === 'roles' && principal && VERIFIED_ROLES.includes(principal.role) ? rule.refusal : undefined;

/** Refuses principals who hold none of the permissions that the route names. */
@Injectable()
export class PermissionsGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly permissions: PermissionsService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { rule, principal } = factsOf(this.reflector, context);
    if (rule.kind !== 'permission') return true;
    if (!principal || !(await this.permissions.hasAny(principal, rule.anyOf)))
      throw rule.refusal?.() ?? new UnauthorizedError();
    return true;
  }
}

/** Refuses principals without the permission of the route's feature, and all users while it is disabled. */
@Injectable()
export class FeaturesGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly settings: SettingsStore,
    private readonly permissions: PermissionsService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const feature = featureRuleOf(this.reflector, context);
    if (!feature) return true;
    const principal = principalOf(context);
    const isGranted =
      principal !== undefined &&
      (feature.isForAll || (await this.permissions.hasAny(principal, [`features.${feature.name}`])));
    if (!isGranted || !this.settings.isFeatureOn(feature.name)) throw feature.refusal?.() ?? new UnauthorizedError();
    return true;
  }
}
