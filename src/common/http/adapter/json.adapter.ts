import { createServer, IncomingMessage, ServerResponse, type Server } from 'node:http';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express, Request, RequestHandler, Response } from 'express';
import { Answer } from '../answers/answer';
import { sendJson } from '../answers/json-answer';
import { unmatchedRoute, type Layer } from './unmatched-route';

/** Express with JSON responses and unmatched routes as the contract requires. */
export class JsonExpressAdapter extends ExpressAdapter {
  constructor(
    /** Creates the handler of requests that match no route; it may read the paths of the routes. */
    private readonly pages: (routes: () => readonly string[]) => RequestHandler,
  ) {
    super();
  }

  /** Every result of a handler is JSON, including bare values (`true`, `null`, `"text"`). */
  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    if (body instanceof Answer) return body.sendTo(response);
    if (body instanceof StreamableFile || body === undefined) return super.reply(response, body, statusCode);
    if (statusCode !== undefined) response.status(statusCode);
    return sendJson(response, body);
  }

  override initHttpServer(): void {
    this.httpServer = createExpressServer(this.getInstance<Express>());
  }

  override setNotFoundHandler(): unknown {
    const { router } = this.getInstance<Express>();
    const layers = () => router.stack as unknown as Layer[];
    this.use(this.pages(() => layers().flatMap(({ route }) => route?.path ?? [])));
    return this.use(unmatchedRoute(layers));
  }
}

/**
 * An HTTP server whose requests and responses are created with the prototypes of the Express application. Express
 * otherwise changes the prototypes of existing objects on each request: V8 then keeps them as slow dictionaries that
 * survive several collections, which reduces the throughput of a bare application to a third. `bodyDeadlines` decides how
 * long bodies may take.
 */
function createExpressServer(app: Express): Server {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse {}
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  app.request = AppRequest.prototype as Request;
  app.response = AppResponse.prototype as unknown as Response;
  return createServer({ IncomingMessage: AppRequest, ServerResponse: AppResponse, requestTimeout: 0 }, app);
}
