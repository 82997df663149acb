import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

type Paths = OpenAPIObject['paths'];
type Operation = NonNullable<Paths[string]['get']>;

/** The OpenAPI document of the application, without server addresses, so that it is the same everywhere. */
export function createDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Confab')
    .setDescription('Self-hosted backend for AI chat, with the REST interface of Open WebUI 0.6.41.')
    .setVersion('0.6.41')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'Session token (JWT) or API key (sk-…)' })
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-api-key' }, 'api-key')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  for (const [path, item] of Object.entries(document.paths)) keepOwnParameters(path, item);
  return document;
}

/** A handler with several paths declares the parameters of all of them. */
function keepOwnParameters(path: string, item: Paths[string]): void {
  for (const operation of Object.values(item as Record<string, Operation>))
    operation.parameters = operation.parameters?.filter(
      (parameter) => !('in' in parameter) || parameter.in !== 'path' || path.includes(`{${parameter.name}}`),
    );
}

/** Swagger UI at `/docs`, the document at `/openapi.json`; both are public, in production too. */
export function serveExplorer(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => createDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Confab explorer',
    swaggerOptions: { persistAuthorization: true, docExpansion: 'none', tagsSorter: 'alpha' },
  });
}
