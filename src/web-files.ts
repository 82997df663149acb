import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import { frontend } from './common/http/frontend';
import type { Env } from './platform/env/env';

const ASSETS = join(__dirname, 'assets');

const OPTIONS = { index: false, redirect: false, dotfiles: 'ignore' } as const;

/** Files for every client, under the names that clients know: the administrator's, those of the front end, our own. */
export function staticFiles({ staticDir, frontendDir }: Env): RequestHandler[] {
  const roots = [staticDir, frontendDir && join(frontendDir, 'static'), join(ASSETS, 'static')];
  return roots.flatMap((root) => (root !== undefined && existsSync(root) ? [express.static(root, OPTIONS)] : []));
}

/** What stands at `/`: the front end, else a page about this server. */
export function pages({ frontendDir, securityHeaders }: Env): RequestHandler {
  if (frontendDir !== undefined) return frontend(frontendDir, securityHeaders.get('Content-Security-Policy'));
  return startPage();
}

/** Its own scripts and styles, requests to this server, and nothing else. */
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
