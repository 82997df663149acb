import type { IncomingHttpHeaders } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestFactory } from '@nestjs/core';
import compression from 'compression';
import type { RequestHandler } from 'express';
import { AppModule } from './app.module';
import { cors } from './common/http/cors';
import { JsonExpressAdapter } from './common/http/json.adapter';
import { jsonBody } from './common/http/json-body';
import { answerPostsWith200 } from './common/http/post-status';
import { processTime } from './common/http/process-time';
import { securityHeaders } from './common/http/security-headers';
import { shareRedirects } from './common/http/share-redirects';
import { serveExplorer } from './explorer';
import { KnownCallerService } from './modules/auth/known-caller.service';
import { requestAudit } from './platform/audit/request-audit';
import { Env } from './platform/env/env';
import { AppLogger } from './platform/observability/app-logger';
import { OpenRequests } from './platform/observability/open-requests';
import { requestLog } from './platform/observability/request-log';
import { RealtimeAdapter } from './platform/realtime/realtime.adapter';
import { pages, staticFiles } from './web-files';

const ANONYMOUS_BODY_BYTES = 1024 * 1024;
const MIN_COMPRESSED_BYTES = 500;
/** JSON of any length, which the route reads as it comes. */
const STREAMED_BODIES = /^\/api\/v1\/chats\/import\/?$/i;

/** The application of `main.ts` and of the tests: created, configured, not listening. */
export async function createApp(): Promise<NestExpressApplication> {
  const env = new Env();
  const logger = new AppLogger(env);
  const app = await NestFactory.create<NestExpressApplication>(AppModule, new JsonExpressAdapter(pages(env)), {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  configureApp(app, logger);
  return app;
}

/** Everything between the socket and the guards. */
function configureApp(app: NestExpressApplication, logger: AppLogger): void {
  const env = app.get(Env);
  app.set('trust proxy', env.trustProxy);
  app.set('query parser', 'simple');
  // The contract has none on data, and a hash of every answer is not free.
  app.set('etag', false);
  app.disable('x-powered-by');
  app.use(app.get(OpenRequests).track);
  app.use(requestLog(logger.pino));
  app.use(securityHeaders(env.securityHeaders));
  app.use(cors(env.corsOrigins));
  app.use(processTime());
  app.use(shareRedirects());
  if (env.isCompressionEnabled) app.use(compressed());
  app.use('/static', ...staticFiles(env));
  const audit = requestAudit(env.audit, (error) => logger.error({ err: error }, 'Audit file'));
  if (audit) app.use(audit);
  const limits = { anonymous: Math.min(ANONYMOUS_BODY_BYTES, env.maxBodyBytes), authenticated: env.maxBodyBytes };
  const isKnown = (headers: IncomingHttpHeaders) => app.get(KnownCallerService, { strict: false }).isKnown(headers);
  app.use(jsonBody(limits, isKnown, STREAMED_BODIES));
  answerPostsWith200(app);
  app.useWebSocketAdapter(new RealtimeAdapter(app));
  serveExplorer(app);
}

/** Answers are compressed for those who ask; event streams are never held back for it. */
function compressed(): RequestHandler {
  const compress = compression({ filter: isCompressible, threshold: MIN_COMPRESSED_BYTES });
  return (request, response, next) =>
    request.headers['accept-encoding'] === undefined ? next() : compress(request, response, next);
}

const isCompressible: compression.CompressionFilter = (request, response) =>
  !String(response.getHeader('Content-Type')).startsWith('text/event-stream') && compression.filter(request, response);
