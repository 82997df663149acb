import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';

/** Metadata key of @nestjs/swagger for documented responses by status. */
const DOCUMENTED_RESPONSES = 'swagger/apiResponse';
type Responses = Record<number, object | undefined>;

interface Handler {
  controller: Type;
  handler: object;
}

/**
 * Sets status 200 for POST handlers without `@HttpCode`: Nest's default is 201, the contract's is 200. By metadata,
 * because a decorator on each of 90 handlers is easily forgotten, and the OpenAPI document reads the same metadata.
 * Call it before routes are registered and the document is created.
 */
export function respondToPostsWith200(app: INestApplication): void {
  for (const { handler } of handlersOf(app)) {
    const isPost = Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.POST;
    if (!isPost || Reflect.hasMetadata(HTTP_CODE_METADATA, handler)) continue;
    Reflect.defineMetadata(HTTP_CODE_METADATA, 200, handler);
    documentAs200(handler);
  }
}

/**
 * Metadata of routes for middleware, which runs before the route is resolved: the value that a handler declares for a
 * path, otherwise the value of a controller for all paths below its own, unknown ones included.
 */
export function metadataByPath<T>(app: INestApplication, key: string): (path: string) => T | undefined {
  const exact = new Map<string, T>();
  const prefixes = new Map<string, T>();
  for (const { controller, handler } of handlersOf(app))
    for (const base of pathsOf(controller)) {
      const inherited = Reflect.getMetadata(key, controller) as T | undefined;
      if (inherited !== undefined && base !== '') prefixes.set(`${base}/`, inherited);
      const own = Reflect.getMetadata(key, handler) as T | undefined;
      if (own === undefined) continue;
      for (const path of pathsOf(handler)) {
        const [literal = '', ...parameters] = `${base}${path}`.split(/(?<=\/)[:{*]/);
        (parameters.length > 0 ? prefixes : exact).set(literal, own);
      }
    }
  const longestFirst = [...prefixes].sort(([a], [b]) => b.length - a.length);
  return (path) => {
    const wanted = path.toLowerCase();
    const found = exact.get(wanted.replace(/\/$/, ''));
    return found ?? longestFirst.find(([prefix]) => `${wanted}/`.startsWith(prefix))?.[1];
  };
}

function handlersOf(app: INestApplication): Handler[] {
  const scanner = new MetadataScanner();
  const wrappers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return wrappers.flatMap(({ metatype }) => {
    const controller = metatype as Type;
    const prototype = controller.prototype as Record<string, object>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      return handler && Reflect.hasMetadata(METHOD_METADATA, handler) ? { controller, handler } : [];
    });
  });
}

/** Paths of a controller or handler in lower case, each empty or with a leading and without a trailing slash. */
function pathsOf(target: object): string[] {
  const paths = Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined;
  return [paths ?? ''].flat().map((path) => {
    const trimmed = path.toLowerCase().replace(/^\//, '').replace(/\/$/, '');
    return trimmed && `/${trimmed}`;
  });
}

/** The compiler plugin documents the response type under Nest's default status. */
function documentAs200(handler: object): void {
  const { 201: created, ...others } = (Reflect.getMetadata(DOCUMENTED_RESPONSES, handler) ?? {}) as Responses;
  if (created) Reflect.defineMetadata(DOCUMENTED_RESPONSES, { 200: created, ...others }, handler);
}
