import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An OpenAI-compatible server with the vectors of `embed`. */
async function embeddingServer(embed) {
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const { input } = JSON.parse(Buffer.concat(parts).toString());
    const data = input.map((text, index) => ({ index, embedding: embed(text) }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** The built application without HTTP, on an embedded database of its own, with one account. */
export async function startRetrieval(require, embed, variables = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'confab-retrieval-'));
  const embeddings = await embeddingServer(embed);
  Object.assign(process.env, {
    DATA_DIR: directory,
    DATABASE_URL: '',
    WEBUI_SECRET_KEY: 'bench',
    RAG_EMBEDDING_ENGINE: 'openai',
    RAG_EMBEDDING_MODEL: 'hashed',
    RAG_EMBEDDING_BATCH_SIZE: '256',
    RAG_OPENAI_API_BASE_URL: embeddings.url,
    ...variables,
  });
  const load = (path) => require(`../dist/src/${path}`);
  require('reflect-metadata');
  const { NestFactory } = require('@nestjs/core');
  const { DataSource } = require('typeorm');
  const context = await NestFactory.createApplicationContext(load('app.module').AppModule, { logger: ['error'] });
  const get = (path, name) => context.get(load(path)[name], { strict: false });
  const dataSource = context.get(DataSource, { strict: false });
  const ownerId = 'bench';
  await dataSource.query(
    `INSERT INTO "user" (id, email, name, role, profile_image_url, last_active_at, updated_at, created_at)
     VALUES ($1, 'bench@example.com', 'B', 'user', '', 0, 0, 0)`,
    [ownerId],
  );
  const sections = [
    get('modules/retrieval/embedding/embedding.settings', 'EmbeddingSettings'),
    get('modules/retrieval/search/search.settings', 'SearchSettings'),
  ];
  return {
    ...{ context, get, dataSource, ownerId },
    index: get('modules/retrieval/index/document-index.service', 'DocumentIndexService'),
    search: get('modules/retrieval/search/search.service', 'SearchService'),
    signal: new AbortController().signal,
    /** Changes fields of the settings in memory. */
    settings: (change) => {
      for (const section of sections)
        for (const [key, value] of Object.entries(change)) if (key in section) section[key] = value;
    },
    close: async () => {
      await context.close();
      embeddings.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
