import { join } from 'node:path';
import { SandboxService } from '../../src/modules/sandbox/sandbox.service';
import { SandboxSettings } from '../../src/modules/sandbox/sandbox.settings';
import type { SandboxSource } from '../../src/modules/sandbox/sandbox.types';
import { Env } from '../../src/platform/env/env';
import { HttpClient } from '../../src/platform/http-client/http-client';

/** One memory snapshot of Python for all tests: making it takes seconds. */
export const SANDBOX_CACHE = join(__dirname, '../../node_modules/.cache/sandbox');

const services: SandboxService[] = [];

/** A sandbox without an application; `closeSandboxes()` ends it. */
export function openSandbox(settings: Partial<SandboxSettings> = {}): SandboxService {
  const env = new Env({ NODE_ENV: 'test' });
  const all = Object.assign(new SandboxSettings(), { cache_dir: SANDBOX_CACHE, ...settings });
  const service = new SandboxService(all, new HttpClient(env), env);
  services.push(service);
  return service;
}

export const closeSandboxes = (): void => services.splice(0).forEach((service) => service.onApplicationShutdown());

/** A tool whose class has the given methods. */
export const pythonTool = (methods: string): SandboxSource => ({
  language: 'python',
  expects: 'tools',
  code: `class Tools:\n${methods.replace(/^/gm, '    ')}\n`,
});
