import type { ServerResponse } from 'node:http';
import express, { type RequestHandler } from 'express';

/** Paths of the server: an unknown one is an error there, and never the client's page. */
const OWN_PATHS = /^\/(?:api|openai|ollama|ws|oauth|cache|static|docs|scim|metrics|health|ready)(?:\/|$)/;

/** A build that was replaced lacks the files that an open page still asks for; the page tells by the 404. */
const BUILD_FILE = /\.(?:js|mjs|css|map|wasm)$/;

/** Files whose name changes with their content. */
const IMMUTABLE = /\/immutable\/|[-.](?=[\w-]*[A-Z\d])[\w-]{8,}\.(?:js|css|woff2?|ttf|svg|png|jpe?g|webp|avif|wasm)$/;
const FOREVER = 'public, max-age=31536000, immutable';

/** The client may run what it is made of; nobody else may frame it or move its base. */
const PAGE_POLICY = "base-uri 'self'; frame-ancestors 'self'";

/**
 * A build of a single-page client: its files, and `index.html` for every path that is a page of it. Give it the
 * requests that no route took. `policy` is the Content-Security-Policy that the environment sets, if any.
 */
export function frontend(root: string, policy?: string): RequestHandler {
  const files = express.static(root, { index: 'index.html', redirect: false, cacheControl: false, setHeaders });
  return (request, response, next) => {
    const { method, path } = request;
    if ((method !== 'GET' && method !== 'HEAD') || OWN_PATHS.test(path)) return next();
    response.setHeader('Content-Security-Policy', policy ?? PAGE_POLICY);
    files(request, response, (error?: unknown) => {
      if (error) return next(error);
      if (BUILD_FILE.test(path)) return next();
      response.set('Cache-Control', response.get('Cache-Control') ?? 'no-cache');
      response.sendFile('index.html', { root, cacheControl: false }, (failure) => failure && next(failure));
    });
  };
}

/** What the environment says about caching holds for everything but files that never change. */
function setHeaders(response: ServerResponse, path: string): void {
  if (IMMUTABLE.test(path)) response.setHeader('Cache-Control', FOREVER);
  else if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-cache');
}
