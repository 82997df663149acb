import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module';
import { ACCESS_RULE, DEFAULT_RULE, type AccessRule } from '../../src/common/auth/access-rules';

export interface Route {
  method: string;
  path: string;
  rule: string;
}

/** Every route of the application with its access rule; nothing is started for it. */
export async function allRoutes(): Promise<Route[]> {
  const app = await NestFactory.create(AppModule, { preview: true, logger: false });
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (metatype ? routesOf(metatype as Type) : []));
}

/** What Express keeps of a handler that it was given. */
interface Layer {
  route?: { path: string };
  /** False for one that stands at a path. */
  slash: boolean;
  match(path: string): boolean;
}

/**
 * The paths that are served without a controller, and so without a guard, of the running application. `mounts`: where
 * whole directories may stand; a handler at any other path is told as `?`.
 */
export function servedBesides(app: NestExpressApplication, routes: readonly Route[], mounts: string[]): string[] {
  const { stack } = (app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } }).router;
  const known = new Set(routes.map(({ path }) => path));
  const paths = stack.flatMap((layer) => {
    if (layer.route) return known.has(layer.route.path) ? [] : [layer.route.path];
    return layer.slash ? [] : [mounts.find((mount) => layer.match(`${mount}/file`)) ?? '?'];
  });
  return [...new Set(paths)].sort();
}

function routesOf(controller: Type): Route[] {
  const prototype = controller.prototype as Record<string, object>;
  const handlers = Object.getOwnPropertyNames(prototype)
    .map((name) => prototype[name])
    .filter((value) => value !== undefined && Reflect.hasMetadata(METHOD_METADATA, value)) as object[];
  return handlers.flatMap((handler) => {
    const rule = (Reflect.getMetadata(ACCESS_RULE, handler) ?? Reflect.getMetadata(ACCESS_RULE, controller)) as
      AccessRule | undefined;
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? '';
    return pathsOf(controller).flatMap((base) =>
      pathsOf(handler).map((path) => ({ method, path: join(base, path), rule: describeRule(rule ?? DEFAULT_RULE) })),
    );
  });
}

const pathsOf = (target: object): string[] => [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();

const join = (base: string, path: string): string => `/${base}/${path}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');

function describeRule(rule: AccessRule): string {
  switch (rule.kind) {
    case 'roles':
      return rule.roles.join(' or ');
    case 'permission':
      return `verified with ${rule.anyOf.join(' or ')}`;
    default:
      return rule.kind;
  }
}
