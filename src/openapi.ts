import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { respondToPostsWith200 } from './common/http/adapter/route-metadata';
import { createDocument } from './openapi/document';

/**
 * `node dist/src/openapi.js [--check] FILE`: writes the OpenAPI document of the built application, or fails when the
 * file differs from it. Nest's preview mode creates the module graph without providers, so neither a database nor a
 * port is needed.
 */
async function main(parameters: string[]): Promise<void> {
  const file = parameters.find((parameter) => !parameter.startsWith('--')) ?? 'openapi.json';
  const app = await NestFactory.create(AppModule, { preview: true, logger: false });
  respondToPostsWith200(app);
  const text = `${JSON.stringify(createDocument(app), null, 2)}\n`;
  if (!parameters.includes('--check')) return writeFile(file, text);
  if ((await readFile(file, 'utf8').catch(() => '')) !== text)
    throw new Error(`${file} is out of date: run "npm run openapi" and commit the result.`);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
