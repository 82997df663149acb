import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { GATEWAY_METADATA, MESSAGE_MAPPING_METADATA, MESSAGE_METADATA } from '@nestjs/websockets/constants';
import { AppModule } from '../../src/app.module';
import {
  ACCESS_RULE,
  DEFAULT_RULE,
  FEATURE_RULE,
  type AccessRule,
  type FeatureRule,
} from '../../src/common/auth/access-rules';

export interface Route {
  method: string;
  path: string;
  rule: string;
  controller: string;
}

/** Every route of the application with its access rule; nothing is started for it. */
export async function allRoutes(): Promise<Route[]> {
  const app = await NestFactory.create(AppModule, { preview: true, logger: false });
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (metatype ? routesOf(metatype as Type) : []));
}

/** Every event that sockets may send, with the rule of its handler. All handlers are methods of gateways. */
export async function allSocketEvents(): Promise<string[]> {
  const app = await NestFactory.create(AppModule, { preview: true, logger: false });
  const providers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.providers.values()]);
  const gateways = new Set(providers.map(({ metatype }) => metatype as Type | null).filter(isGateway));
  return [...gateways].flatMap((gateway) =>
    handlersOf(gateway, MESSAGE_MAPPING_METADATA).map((handler) => {
      const event = Reflect.getMetadata(MESSAGE_METADATA, handler) as string;
      return `${event.padEnd(24)} ${describeRule(ruleOf(gateway, handler))}`;
    }),
  );
}

const isGateway = (type: Type | null): type is Type =>
  typeof type === 'function' && Reflect.getMetadata(GATEWAY_METADATA, type) === true;

/** What Express keeps of a handler that it was given. */
interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  /** False for one that stands at a path. */
  slash: boolean;
  match(path: string): boolean;
}

/**
 * The paths that are served without a controller, and so without a guard, of the running application. `mounts`: where
 * whole directories may stand; a handler at any other path is told as `?`.
 */
export function servedBesides(app: NestExpressApplication, routes: readonly Route[], mounts: string[]): string[] {
  const stack = layersOf(app);
  const known = new Set(routes.map(({ path }) => path));
  const paths = stack.flatMap((layer) => {
    if (layer.route) return known.has(layer.route.path) ? [] : [layer.route.path];
    return layer.slash ? [] : [mounts.find((mount) => layer.match(`${mount}/file`)) ?? '?'];
  });
  return [...new Set(paths)].sort();
}

/** The path of the route that takes a request of the running application. */
export function routeTaking(app: NestExpressApplication, method: string, path: string): string | undefined {
  const isFor = (methods: Record<string, boolean>) => methods[method.toLowerCase()] === true && methods.trace !== true;
  return layersOf(app).find((layer) => layer.route && isFor(layer.route.methods) && layer.match(path))?.route?.path;
}

/**
 * Routes of different controllers that can take the same request, of which neither is more specific: the order in which
 * the modules are imported would decide.
 */
export function ambiguousPairs(routes: readonly Route[]): [string, string][] {
  return routes.flatMap((one, index) =>
    routes
      .slice(index + 1)
      .filter(
        (other) => other.method === one.method && other.controller !== one.controller && isTie(one.path, other.path),
      )
      .map((other): [string, string] => [one.path, other.path]),
  );
}

const isParameter = (segment: string): boolean => /[:*{]/.test(segment);

/** True for paths whose literal segments are at the same places and equal. */
function isTie(one: string, other: string): boolean {
  const [left, right] = [one.split('/'), other.split('/')];
  return (
    left.length === right.length &&
    left.every(
      (segment, index) => segment === right[index] || (isParameter(segment) && isParameter(right[index] ?? '')),
    )
  );
}

const layersOf = (app: NestExpressApplication): Layer[] =>
  (app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } }).router.stack;

function routesOf(controller: Type): Route[] {
  return handlersOf(controller, METHOD_METADATA).flatMap((handler) => {
    const featureRule = (Reflect.getMetadata(FEATURE_RULE, handler) ??
      Reflect.getMetadata(FEATURE_RULE, controller)) as FeatureRule | undefined;
    const feature = featureRule ? `, feature ${featureRule.name}` : '';
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? '';
    return pathsOf(controller).flatMap((base) =>
      pathsOf(handler).map((path) => ({
        method,
        path: join(base, path),
        rule: describeRule(ruleOf(controller, handler)) + feature,
        controller: controller.name,
      })),
    );
  });
}

function handlersOf(type: Type, metadata: string): object[] {
  const prototype = type.prototype as Record<string, object>;
  const methods = Object.getOwnPropertyNames(prototype).map((name) => prototype[name]);
  return methods.filter((value): value is object => value !== undefined && Reflect.hasMetadata(metadata, value));
}

const ruleOf = (type: Type, handler: object): AccessRule =>
  ((Reflect.getMetadata(ACCESS_RULE, handler) ?? Reflect.getMetadata(ACCESS_RULE, type)) as AccessRule | undefined) ??
  DEFAULT_RULE;

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
