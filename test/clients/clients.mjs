#!/usr/bin/env node
/**
 * Generates a client from `openapi.json` by openapi-typescript and one by @hey-api/openapi-ts, compiles a program for
 * each, and runs both against the built server and a fake provider: `npm run test:clients`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';
import { freePort, startProcess, startServer } from '../contract/server.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = realpathSync(join(HERE, '../..'));
const DOCUMENT = join(ROOT, 'openapi.json');
/** Inside the repository, where the compiler finds the packages. */
const WORK = join(ROOT, '.tmp/clients');
const PROVIDER = join(ROOT, 'test/contract/recordings/servers/fake_openai.mjs');
const PROGRAMS = ['openapi-typescript', 'hey-api'];

const run = (binary, ...parameters) =>
  execFileSync(process.execPath, [join(ROOT, 'node_modules', binary), ...parameters], { cwd: WORK, stdio: 'inherit' });

async function generate() {
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(WORK, { recursive: true });
  writeFileSync(join(WORK, 'package.json'), '{ "type": "module" }\n');
  run('openapi-typescript/bin/cli.js', DOCUMENT, '-o', join(WORK, 'schema.d.ts'));
  await createClient({
    input: DOCUMENT,
    output: { path: join(WORK, 'hey-api-client'), importFileExtension: '.js' },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'warn', file: false },
  });
  for (const name of PROGRAMS) cpSync(join(HERE, `${name}.client.ts`), join(WORK, `${name}.client.ts`));
}

function compile() {
  const compilerOptions = {
    strict: true,
    target: 'ES2022',
    module: 'NodeNext',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    types: [],
    // The generated sources are checked, the declarations of packages are not.
    skipLibCheck: true,
    outDir: 'out',
    rootDir: '.',
  };
  const include = ['*.client.ts', 'schema.d.ts', 'hey-api-client'];
  writeFileSync(join(WORK, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }));
  run('typescript/bin/tsc', '-p', WORK);
}

/** Both programs against one fresh server: the first signs up, the second signs in. */
async function runPrograms() {
  const port = String(await freePort());
  const address = `http://127.0.0.1:${port}`;
  const provider = await startProcess(PROVIDER, { PORT: port }, `${address}/v1/models`);
  try {
    const server = await startServer({ OPENAI_API_BASE_URL: `${address}/v1`, OPENAI_API_KEY: 'sk-fake' });
    try {
      for (const name of PROGRAMS) {
        const { main } = await import(pathToFileURL(join(WORK, 'out', `${name}.client.js`)));
        process.stdout.write(`${name}: ${await main(server.url)}\n`);
      }
    } finally {
      await server.stop();
    }
  } finally {
    await provider.stop();
  }
}

await generate();
compile();
await runPrograms();
