import type { NextFunction, Request, Response } from 'express';

/** `X-Process-Time`: whole seconds until the headers were sent. */
export function processTime() {
  return (_: Request, response: Response, next: NextFunction): void => {
    const start = performance.now();
    const writeHead = response.writeHead.bind(response) as (...parameters: unknown[]) => Response;
    response.writeHead = ((...parameters: unknown[]) => {
      response.setHeader('X-Process-Time', String(Math.floor((performance.now() - start) / 1000)));
      return writeHead(...parameters);
    }) as Response['writeHead'];
    next();
  };
}
