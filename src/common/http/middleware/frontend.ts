import type { ServerResponse } from 'node:http';
import express, { type RequestHandler } from 'express';

/** An open page requests files of its own build; 404 means that the build was replaced. */
const BUILD_FILE = /\.(?:js|mjs|css|map|wasm)$/;

/** Files whose name changes with their content. */
const IMMUTABLE =
  /\/immutable\/|(?<=[-.])(?=[\w-]{0,64}[A-Z\d])[\w-]{8,64}\.(?:js|css|woff2?|ttf|svg|png|jpe?g|webp|avif|wasm)$/;
const CACHE_IMMUTABLE = 'public, max-age=31536000, immutable';

/** Other sites must not frame the client, and markup must not change its base URL. */
const PAGE_POLICY = "base-uri 'self'; frame-ancestors 'self'";

interface FrontendOptions {
  /** True for paths of the server, where the page is never served. */
  isServerPath: (path: string) => boolean;
  /** The Content-Security-Policy set by the environment, if any. */
  policy?: string;
}

/**
 * Serves a build of a single-page client: its files, and `index.html` for all paths of its pages. Handles requests that
 * match no route.
 */
export function frontend(root: string, { isServerPath, policy }: FrontendOptions): RequestHandler {
  const files = express.static(root, { index: 'index.html', redirect: false, cacheControl: false, setHeaders });
  return (request, response, next) => {
    const { method, path } = request;
    if ((method !== 'GET' && method !== 'HEAD') || isServerPath(path)) return next();
    response.setHeader('Content-Security-Policy', policy ?? PAGE_POLICY);
    files(request, response, (error?: unknown) => {
      if (error) return next(error);
      if (BUILD_FILE.test(path)) return next();
      response.set('Cache-Control', response.get('Cache-Control') ?? 'no-cache');
      response.sendFile('index.html', { root, cacheControl: false }, (failure) => failure && next(failure));
    });
  };
}

/** The caching header of the environment applies to all files except immutable ones. */
function setHeaders(response: ServerResponse, path: string): void {
  if (IMMUTABLE.test(path)) response.setHeader('Cache-Control', CACHE_IMMUTABLE);
  else if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-cache');
}
