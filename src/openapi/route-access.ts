import type { INestApplication, Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants';
import { ModulesContainer } from '@nestjs/core';
import { ACCESS_RULE, DEFAULT_RULE, type AccessRule } from '../common/auth/access-rules';

/** `chats_create`: the controller in camel case, then the method; generators derive `chatsCreate` from it. */
export const operationIdOf = (controller: string, method: string): string => {
  const name = controller.replace(/Controller$/, '');
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}_${method}`;
};

/** The access rule of every handler by its operation id, from the decorators that the guards read. */
export function accessRulesOf(app: INestApplication): ReadonlyMap<string, AccessRule> {
  const rules = new Map<string, AccessRule>();
  for (const module of app.get(ModulesContainer).values())
    for (const { metatype } of module.controllers.values())
      if (metatype) for (const [id, rule] of rulesOf(metatype as Type)) rules.set(id, rule);
  return rules;
}

function rulesOf(controller: Type): [string, AccessRule][] {
  const prototype = controller.prototype as Record<string, unknown>;
  const ofController = Reflect.getMetadata(ACCESS_RULE, controller) as AccessRule | undefined;
  return Object.getOwnPropertyNames(prototype).flatMap((name): [string, AccessRule][] => {
    const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as object | undefined;
    if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
    const own = Reflect.getMetadata(ACCESS_RULE, handler) as AccessRule | undefined;
    return [[operationIdOf(controller.name, name), own ?? ofController ?? DEFAULT_RULE]];
  });
}
