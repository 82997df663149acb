import { join } from 'node:path';
import type { ProcessPool } from '../../src/modules/sandbox/process/process-pool';
import { SandboxService } from '../../src/modules/sandbox/sandbox.service';
import { SandboxSettings } from '../../src/modules/sandbox/sandbox.settings';
import type { SandboxSource } from '../../src/modules/sandbox/sandbox.types';
import { Env } from '../../src/platform/env/env';
import { HttpClient } from '../../src/platform/http-client/http-client';

/** One memory snapshot of Python for all tests: making it takes seconds. */
export const SANDBOX_CACHE = join(__dirname, '../../node_modules/.cache/sandbox');

const services: SandboxService[] = [];

/** Settings for `openSandbox()` that a test changes later. */
export const sandboxSettings = (settings: Partial<SandboxSettings> = {}): SandboxSettings =>
  Object.assign(new SandboxSettings(), { cache_dir: SANDBOX_CACHE, ...settings });

/** A sandbox without an application; `closeSandboxes()` ends it. */
export function openSandbox(settings: Partial<SandboxSettings> = {}): SandboxService {
  const env = new Env({ NODE_ENV: 'test' });
  const all = settings instanceof SandboxSettings ? settings : sandboxSettings(settings);
  const service = new SandboxService(all, new HttpClient(env), env);
  services.push(service);
  return service;
}

export const closeSandboxes = (): void => services.splice(0).forEach((service) => service.onApplicationShutdown());

/** A tool of JavaScript. */
export const javascriptTool = (code: string): SandboxSource => ({ language: 'javascript', expects: 'tools', code });

/** Sources of one language share a process from now on: to start one takes longer than all calls of most tests. */
export function shareProcesses(service: SandboxService): void {
  const { pool } = service as unknown as { pool: ProcessPool };
  const acquire = pool.acquire.bind(pool);
  pool.acquire = (need, signal) => acquire({ ...need, key: need.key && need.runtime.language }, signal);
}

/** A tool whose class has the given methods. */
export const pythonTool = (methods: string): SandboxSource => ({
  language: 'python',
  expects: 'tools',
  code: `class Tools:\n${methods.replace(/^/gm, '    ')}\n`,
});
