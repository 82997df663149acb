import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstalledFile } from '../process/language-runtime';
import type { SandboxSettings } from '../sandbox.settings';
import { SandboxError } from '../sandbox.types';
import { itemsOf, readFrontmatter } from '../source/frontmatter';
import { compareVersions, requirementOf, wheelOf, type Requirement, type Wheel } from './requirements';

/** Packages of one source, with all that they need themselves. */
const MAX_PACKAGES = 100;
const METADATA = /^[^/]+\.dist-info\/METADATA$/;

/** Finds what the `requirements` of a source name: in the library of the sandbox, or in the directory of wheels. */
export class PythonPackages {
  private provided: Promise<ReadonlySet<string>> | undefined;

  constructor(private readonly settings: SandboxSettings) {}

  /** @throws SandboxError `requirements` that names the packages which are missing. */
  async filesFor(code: string): Promise<InstalledFile[]> {
    const requirements = itemsOf(readFrontmatter(code).requirements).flatMap((item) => requirementOf(item) ?? []);
    if (requirements.length === 0) return [];
    const found = await this.resolve(requirements);
    return Promise.all(
      [...found.values()].map(async ({ file }) => ({ name: file, bytes: await readFile(this.pathOf(file)) })),
    );
  }

  private async resolve(requirements: readonly Requirement[]): Promise<Map<string, Wheel>> {
    this.provided ??= readProvided();
    const [provided, wheels] = await Promise.all([this.provided, this.listWheels()]);
    const found = new Map<string, Wheel>();
    const missing: string[] = [];
    const open = [...requirements];
    for (let next = open.shift(); next; next = open.shift()) {
      if (provided.has(next.name) || found.has(next.name)) continue;
      const wheel = choose(wheels, next);
      if (!wheel) {
        if (!next.isConditional) missing.push(next.name);
        continue;
      }
      found.set(next.name, wheel);
      if (found.size > MAX_PACKAGES) throw new SandboxError('requirements', 'The requirements name too many packages.');
      open.push(...(await this.requirementsOf(wheel)));
    }
    if (missing.length > 0) throw missingError(missing);
    return found;
  }

  private async listWheels(): Promise<Wheel[]> {
    if (this.settings.wheel_dir === '') return [];
    try {
      return (await readdir(this.settings.wheel_dir)).flatMap((file) => wheelOf(file) ?? []);
    } catch {
      return [];
    }
  }

  private async requirementsOf({ file }: Wheel): Promise<Requirement[]> {
    const { unzipSync } = await import('fflate');
    const entries = unzipSync(await readFile(this.pathOf(file)), { filter: ({ name }) => METADATA.test(name) });
    const [metadata] = Object.values(entries);
    return Buffer.from(metadata ?? [])
      .toString('utf8')
      .split('\n')
      .filter((line) => line.startsWith('Requires-Dist:') && !line.includes('extra =='))
      .flatMap((line) => requirementOf(line.slice('Requires-Dist:'.length)) ?? []);
  }

  private pathOf(file: string): string {
    return join(this.settings.wheel_dir, file);
  }
}

/** The newest, or the one of exactly the required version. */
function choose(wheels: readonly Wheel[], { name, version }: Requirement): Wheel | undefined {
  const candidates = wheels.filter((wheel) => wheel.name === name);
  const exact = candidates.find((wheel) => wheel.version === version);
  return exact ?? candidates.sort((one, other) => compareVersions(other.version, one.version))[0];
}

async function readProvided(): Promise<ReadonlySet<string>> {
  const names: unknown = JSON.parse(await readFile(join(__dirname, 'lib', 'provided.json'), 'utf8'));
  return new Set(Array.isArray(names) ? names.map(String) : []);
}

const missingError = (names: readonly string[]): SandboxError =>
  new SandboxError(
    'requirements',
    `This server does not have the required packages: ${names.join(', ').slice(0, 200)}. An administrator can put their wheels into SANDBOX_WHEEL_DIR.`,
  );
