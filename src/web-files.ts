import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import { frontend } from './common/http/middleware/frontend';
import type { Env } from './platform/env/env';
import { ASSETS, staticRoots } from './platform/env/static-files';

const OPTIONS = { index: false, redirect: false, dotfiles: 'ignore' } as const;

/** Public files, under the names that clients expect. */
export function staticFiles(env: Env): RequestHandler[] {
  return staticRoots(env).map((root) => express.static(root, OPTIONS));
}

/** Served outside the routes: static files and sockets. */
const MOUNTS = ['static', 'ws'];

/** Serves `/`: the front end, or a page about this server. `routes`: their paths, available after start-up. */
export function pages({ frontendDir, securityHeaders }: Env, routes: () => readonly string[]): RequestHandler {
  if (frontendDir === undefined) return startPage();
  const policy = securityHeaders.get('Content-Security-Policy');
  return frontend(frontendDir, { isServerPath: belowAny(routes), policy });
}

/** True for paths whose first segment is used by a route of the server. */
function belowAny(routes: () => readonly string[]): (path: string) => boolean {
  const first = (path: string) => path.split('/', 2)[1] ?? '';
  let known: Set<string> | undefined;
  return (path) => {
    known ??= new Set([...MOUNTS, ...routes().map(first)]);
    return first(path) !== '' && known.has(first(path));
  };
}

/** Only its own scripts and styles, and requests to this server. */
const START_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";
const START_FILES = new Set(['/', '/start.js', '/start.css']);

function startPage(): RequestHandler {
  const files = express.static(join(ASSETS, 'start'), { redirect: false, cacheControl: false });
  return (request, response, next) => {
    if (!START_FILES.has(request.path)) return next();
    response.set({ 'Content-Security-Policy': START_POLICY, 'Cache-Control': 'no-cache' });
    files(request, response, next);
  };
}
