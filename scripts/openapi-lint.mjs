#!/usr/bin/env node
/**
 * Lints an OpenAPI document by Redocly's recommended rules: `node scripts/openapi-lint.mjs [FILE]`. Exit code 1 with
 * errors; warnings are counted. Uses the library, because the command line looks for updates in the network.
 */
import { createConfig, lint } from '@redocly/openapi-core';

const file = process.argv[2] ?? 'openapi.json';
const problems = await lint({ ref: file, config: await createConfig({ extends: ['recommended'] }) });
const errors = problems.filter(({ severity }) => severity === 'error');
for (const { ruleId, severity, message, location } of process.env.CI ? errors : problems)
  process.stdout.write(`${severity} ${ruleId}: ${message} (${location[0]?.pointer})\n`);
process.stdout.write(`${file}: ${errors.length} errors, ${problems.length - errors.length} warnings\n`);
process.exitCode = errors.length > 0 ? 1 : 0;
