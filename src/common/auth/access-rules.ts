import { SetMetadata, createParamDecorator, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import type { Request } from 'express';
import type { AppError } from '../errors/app-error';
import type { Principal, Role } from './principal';

/** The error that a guard throws, for routes whose refusal has another status or text than the default 401. */
export interface RefusalOptions {
  refusal?: () => AppError;
}

/**
 * Route rules, read by the global guards. A route without a rule needs a verified user (role `user` or `admin`), so
 * omitting one is safe.
 */
export type AccessRule =
  | { kind: 'public' }
  | { kind: 'signed-in' }
  | { kind: 'verified' }
  | ({ kind: 'roles'; roles: readonly Role[] } & RefusalOptions)
  | ({ kind: 'permission'; anyOf: readonly string[] } & RefusalOptions);

/**
 * A feature that administrators can disable (`@FeatureSwitch`), and that needs the permission `features.<name>`. With
 * `isForAll` there is no such permission.
 */
export type FeatureRule = { name: string; isForAll?: boolean } & RefusalOptions;

export const ACCESS_RULE = 'confab:access-rule';
export const FEATURE_RULE = 'confab:feature-rule';

/** The rule of a route that declares none. */
export const DEFAULT_RULE: AccessRule = { kind: 'verified' };

/** Both rules of a route. */
interface RouteRules {
  access: AccessRule;
  feature: FeatureRule | undefined;
}

/** Several guards read the rules of each request; looking up decorators would dominate their cost. */
const rules = new WeakMap<object, WeakMap<object, RouteRules>>();

/** The rules of the handler, otherwise those of its controller. */
function routeRulesOf(reflector: Reflector, context: ExecutionContext): RouteRules {
  const targets = [context.getHandler(), context.getClass()] as const;
  const known = rules.get(targets[1])?.get(targets[0]);
  if (known) return known;
  const found = {
    access: reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [...targets]) ?? DEFAULT_RULE,
    feature: reflector.getAllAndOverride<FeatureRule | undefined>(FEATURE_RULE, [...targets]),
  };
  const ofController = rules.get(targets[1]) ?? new WeakMap<object, RouteRules>();
  rules.set(targets[1], ofController.set(targets[0], found));
  return found;
}

export const accessRuleOf = (reflector: Reflector, context: ExecutionContext): AccessRule =>
  routeRulesOf(reflector, context).access;

export const featureRuleOf = (reflector: Reflector, context: ExecutionContext): FeatureRule | undefined =>
  routeRulesOf(reflector, context).feature;

const rule = (value: AccessRule): CustomDecorator => SetMetadata(ACCESS_RULE, value);

/** No credentials needed. The principal is not resolved. */
export const Public = (): CustomDecorator => rule({ kind: 'public' });

/** Any account with valid credentials, `pending` ones included. */
export const SignedIn = (): CustomDecorator => rule({ kind: 'signed-in' });

/** Only these roles; others get the contract's 401. */
export const Roles = (...roles: Role[]): CustomDecorator => rule({ kind: 'roles', roles });

/** Only administrators, where clients know another refusal for users. Pending accounts get the default one. */
export const AdminsOnly = (options: Required<RefusalOptions>): CustomDecorator =>
  rule({ kind: 'roles', roles: ['admin'], ...options });

/**
 * Verified users who hold at least one of these keys of the permission tree; administrators always pass.
 * `@RequirePermission('workspace.prompts', 'workspace.prompts_import')`, `@RequirePermission('chat.share', { refusal })`.
 */
export function RequirePermission(key: string, ...more: (string | RefusalOptions)[]): CustomDecorator {
  const anyOf = [key, ...more.filter((item) => typeof item === 'string')];
  const options = more.filter((item) => typeof item !== 'string');
  return rule({ kind: 'permission', anyOf, ...options[0] });
}

/** Requires that the feature is enabled and, unless it is for all, that the principal has `features.<name>`. */
export const RequireFeature = (name: string, options: Omit<FeatureRule, 'name'> = {}): CustomDecorator =>
  SetMetadata(FEATURE_RULE, { name, ...options } satisfies FeatureRule);

/** A request that passed the authentication guard. */
export interface AuthenticatedRequest extends Request {
  user?: Principal;
}

/** A socket with the principal of its last event that passed the socket guard. */
export interface AuthenticatedSocket {
  principal?: Principal;
}

/** The principal that the guards resolved, of the request or of the socket event. */
export const principalOf = (context: ExecutionContext): Principal | undefined =>
  context.getType() === 'ws'
    ? context.switchToWs().getClient<AuthenticatedSocket>().principal
    : context.switchToHttp().getRequest<AuthenticatedRequest>().user;

/** The principal. Only on routes and socket events that are not `@Public()`. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = principalOf(context);
  if (!principal) throw new Error('CurrentPrincipal used on a public route');
  return principal;
});

/** Documents in the explorer that a controller accepts a session token or an API key. */
export function ApiAuth(): ClassDecorator & MethodDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    for (const decorate of [ApiBearerAuth(), ApiSecurity('api-key')]) {
      if (key !== undefined && descriptor) (decorate as MethodDecorator)(target, key, descriptor);
      else (decorate as ClassDecorator)(target as never);
    }
  };
}
