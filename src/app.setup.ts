import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestFactory } from '@nestjs/core';
import compression from 'compression';
import type { RequestHandler } from 'express';
import { AppModule } from './app.module';
import { ERROR_FORM, errorForms, type ErrorForm } from './common/errors/error-form';
import { cors } from './common/http/middleware/cors';
import { JsonExpressAdapter } from './common/http/adapter/json.adapter';
import { STREAMED_BODY } from './common/http/body/body-stream';
import { bodyDeadlines } from './common/http/body/body-deadlines';
import { isLeftToRoute, jsonBody, type BodyLimits } from './common/http/body/json-body';
import { respondToPostsWith200, metadataByPath } from './common/http/adapter/route-metadata';
import { processTime } from './common/http/middleware/process-time';
import { securityHeaders } from './common/http/middleware/security-headers';
import { serveExplorer } from './openapi/document';
import { shareRedirects } from './modules/app-config/client/share-redirects';
import { CredentialCheckService } from './modules/auth/guards/credential-check.service';
import { requestAudit } from './platform/audit/request-audit';
import { Env } from './platform/env/env';
import { AppLogger } from './platform/observability/app-logger';
import { OpenRequests } from './platform/observability/open-requests';
import { requestLog } from './platform/observability/request-log';
import { RealtimeAdapter } from './platform/realtime/realtime.adapter';
import { pages, staticFiles } from './web-files';

const ANONYMOUS_BODY_BYTES = 1024 * 1024;
const MIN_COMPRESSED_BYTES = 500;
/**
 * Paths of chats and conversations, whose bodies may have more values. By path rather than by decorators, because it
 * covers nearly all routes of three modules, and the limit applies before the route is resolved.
 */
const CONVERSATIONS = /^\/(?:api\/(?:v1\/)?(?:chats?|tasks|embeddings|utils\/pdf|messages)|openai|ollama)(?:\/|$)/i;
/** Keys and items of a JSON body. */
const MAX_VALUES = { conversation: 500_000, other: 50_000 };

/** Creates and configures the application, for `main.ts` and tests; it does not listen yet. */
export async function createApp(): Promise<NestExpressApplication> {
  const env = new Env();
  const logger = new AppLogger(env);
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule,
    new JsonExpressAdapter((routes) => pages(env, routes)),
    {
      logger,
      bodyParser: false,
      abortOnError: false,
      // Routes do not depend on the order of modules: literal segments match before parameters.
      routeResolutionStrategy: 'specificity',
      routeConflictPolicy: { duplicate: 'error' },
    },
  );
  configureApp(app, logger);
  return app;
}

/** Sets up middleware and adapters. */
function configureApp(app: NestExpressApplication, logger: AppLogger): void {
  const env = app.get(Env);
  app.set('trust proxy', env.trustProxy);
  app.set('query parser', 'simple');
  // The contract has no ETags on data, and hashing every response costs time.
  app.set('etag', false);
  app.disable('x-powered-by');
  app.use(app.get(OpenRequests).track);
  app.use(requestLog(logger.pino));
  app.use(securityHeaders(env.securityHeaders));
  app.use(cors(env.corsOrigins));
  app.use(processTime());
  app.use(shareRedirects());
  if (env.isCompressionEnabled) app.use(compressed());
  for (const files of staticFiles(env)) app.use('/static', files);
  const audit = requestAudit(env.audit, (error) => logger.error({ err: error }, 'Audit file'));
  if (audit) app.use(audit);
  const isStreamed = metadataByPath<boolean>(app, STREAMED_BODY);
  const limits: BodyLimits = {
    anonymous: Math.min(ANONYMOUS_BODY_BYTES, env.maxBodyBytes),
    authenticated: env.maxBodyBytes,
    maxValues: (path) => (CONVERSATIONS.test(path) ? MAX_VALUES.conversation : MAX_VALUES.other),
    isStreamed: (path) => isStreamed(path) ?? false,
  };
  const credentials = () => app.get(CredentialCheckService, { strict: false });
  app.use(errorForms(metadataByPath<ErrorForm>(app, ERROR_FORM)));
  app.use(bodyDeadlines((request) => isLeftToRoute(request, limits)));
  app.use(jsonBody(limits, (headers) => credentials().hasValidCredentials(headers)));
  respondToPostsWith200(app);
  app.useWebSocketAdapter(new RealtimeAdapter(app));
  serveExplorer(app);
}

/** Compresses responses for clients that accept it; event streams are not buffered for it. */
function compressed(): RequestHandler {
  const compress = compression({ filter: isCompressible, threshold: MIN_COMPRESSED_BYTES });
  return (request, response, next) =>
    request.headers['accept-encoding'] === undefined ? next() : compress(request, response, next);
}

const isCompressible: compression.CompressionFilter = (request, response) =>
  !String(response.getHeader('Content-Type')).startsWith('text/event-stream') && compression.filter(request, response);
