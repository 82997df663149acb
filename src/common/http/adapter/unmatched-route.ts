import type { Request, RequestHandler } from 'express';
import { MethodNotAllowedError, RouteNotFoundError } from '../../errors/app-error';

/** One entry of Express's router; its types omit `match`. */
export interface Layer {
  match(path: string): boolean;
  route?: { path: string; methods: Record<string, boolean> };
}

/**
 * Handles requests that match no route: 405 with `Allow` for a known path; for an unknown one 404 on GET and HEAD,
 * otherwise 405.
 */
export function unmatchedRoute(layers: () => readonly Layer[]): RequestHandler {
  return (request, _, next) => {
    const methods = methodsOf(layers(), request);
    if (methods.length > 0) return next(new MethodNotAllowedError(methods));
    next(isReading(request) ? new RouteNotFoundError() : new MethodNotAllowedError());
  };
}

const isReading = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD';

function methodsOf(layers: readonly Layer[], { path }: Request): string[] {
  const methods = new Set<string>();
  for (const layer of layers)
    if (layer.route && !isMiddleware(layer.route.methods) && matches(layer, path))
      for (const method of Object.keys(layer.route.methods)) methods.add(method.toUpperCase());
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

/** Nest mounts middleware as a route with all methods. */
const isMiddleware = (methods: Record<string, boolean>): boolean => methods.trace === true;

/** A path with an invalid percent-encoding matches nothing. */
function matches(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}
