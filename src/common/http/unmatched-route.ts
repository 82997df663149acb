import type { Request, RequestHandler } from 'express';
import { MethodNotAllowedError, RouteNotFoundError } from '../errors/app-error';

/** One entry of Express's router: the library has `match`, its types do not. */
export interface Layer {
  match(path: string): boolean;
  route?: { methods: Record<string, boolean> };
}

/**
 * The end of the line for requests that no route took: a known path answers 405 and names its methods, an unknown one
 * 404 to readers and 405 to writers (contract: spec 13 §9.2).
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

/** Nest mounts its middleware as a route of every method there is. */
const isMiddleware = (methods: Record<string, boolean>): boolean => methods.trace === true;

/** A path with a broken percent-encoding matches nothing. */
function matches(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}
