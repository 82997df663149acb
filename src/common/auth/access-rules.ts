import { SetMetadata, createParamDecorator, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import type { Request } from 'express';
import type { Principal, Role } from './principal';

/**
 * Route rules, read by the global guards. A route without any of them needs a verified user (role `user` or `admin`),
 * so forgetting one is safe.
 */
export type AccessRule =
  | { kind: 'public' }
  | { kind: 'signed-in' }
  | { kind: 'verified' }
  | { kind: 'roles'; roles: readonly Role[] }
  | { kind: 'permission'; anyOf: readonly string[] };

export const ACCESS_RULE = 'confab:access-rule';

/** The rule of a route that declares none. */
export const DEFAULT_RULE: AccessRule = { kind: 'verified' };

/** Several guards ask for the rule of each request; looking up decorators costs more than what they decide. */
const rules = new WeakMap<object, WeakMap<object, AccessRule>>();

/** The rule of the route that is called: its own, else that of its controller. */
export function accessRuleOf(reflector: Reflector, context: ExecutionContext): AccessRule {
  const targets = [context.getHandler(), context.getClass()] as const;
  const known = rules.get(targets[1])?.get(targets[0]);
  if (known) return known;
  const found = reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [...targets]) ?? DEFAULT_RULE;
  const ofController = rules.get(targets[1]) ?? new WeakMap<object, AccessRule>();
  rules.set(targets[1], ofController.set(targets[0], found));
  return found;
}

const rule = (value: AccessRule): CustomDecorator => SetMetadata(ACCESS_RULE, value);

/** Anybody, without credentials. The principal is not resolved. */
export const Public = (): CustomDecorator => rule({ kind: 'public' });

/** Any account with valid credentials, `pending` ones included. */
export const SignedIn = (): CustomDecorator => rule({ kind: 'signed-in' });

/** Only these roles; everybody else gets the 401 that clients know. */
export const Roles = (...roles: Role[]): CustomDecorator => rule({ kind: 'roles', roles });

/** Verified users who hold at least one of these keys of the permission tree; administrators always pass. */
export const RequirePermission = (...anyOf: string[]): CustomDecorator => rule({ kind: 'permission', anyOf });

/** A request that passed the authentication guard. */
export interface AuthenticatedRequest extends Request {
  user?: Principal;
}

/** The caller. Only on routes that are not `@Public()`. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!user) throw new Error('CurrentPrincipal used on a public route');
  return user;
});

/** Documents in the explorer that a controller takes a session token or an API key. */
export function ApiAuth(): ClassDecorator & MethodDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    for (const decorate of [ApiBearerAuth(), ApiSecurity('api-key')]) {
      if (key !== undefined && descriptor) (decorate as MethodDecorator)(target, key, descriptor);
      else (decorate as ClassDecorator)(target as never);
    }
  };
}
