import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { describeOperations } from './operations';
import { describeErrors } from './errors';
import { addExamples } from './examples';
import { accessRulesOf, operationIdOf } from './route-access';
import { completeSchemas } from './schemas';
import { TAGS } from './tags';
import { operationsOf } from './walk';

/**
 * The OpenAPI 3.1 document of the application, without server addresses, so that it is identical everywhere. Decorators
 * and docstrings provide the raw document; content derived from rules (security, errors, aliases) is added here.
 */
export function createDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Confab')
    .setDescription('Self-hosted backend for AI chat, with the REST interface of Open WebUI 0.6.41.')
    .setVersion('0.6.41')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'Session token (JWT) or API key (sk-…)' })
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-api-key' }, 'api-key')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: operationIdOf,
    autoTagControllers: false,
  });
  completeSchemas(document);
  describeOperations(document, accessRulesOf(app));
  describeErrors(document);
  addExamples(document);
  const used = new Set(operationsOf(document).flatMap(({ operation }) => operation.tags ?? []));
  document.tags = TAGS.filter(({ name }) => used.has(name));
  return document;
}

/** Serves Swagger UI at `/docs` and the document at `/openapi.json`; both are public, in production too. */
export function serveExplorer(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => createDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Confab explorer',
    swaggerOptions: { persistAuthorization: true, docExpansion: 'none', tagsSorter: 'alpha', filter: true },
  });
}
