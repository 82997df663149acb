import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const DEPCRUISE = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** Names of the rules that the sources below `folder` break. */
function violationsIn(folder: string): Promise<string[]> {
  const parameters = [DEPCRUISE, 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  return new Promise((done, fail) => {
    execFile(process.execPath, parameters, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      if (stdout === '') return fail(error ?? new Error('dependency-cruiser said nothing'));
      const { summary } = JSON.parse(stdout) as {
        summary: { violations: { rule: { name: string }; from: string; to: string }[] };
      };
      done(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`));
    });
  });
}

describe('dependencies between modules', () => {
  it('follow the order', async () => {
    expect(await violationsIn(ROOT)).toEqual([]);
  });
});

describe('the rules', () => {
  const allowed = ['modules/chats/chats.service', 'modules/users/names.service'] as const;
  /** Importing file, imported file, and the rule that this breaks. */
  const forbidden = [
    ['modules/users/users.service', 'modules/chats/chats.service', 'order-users'],
    ['modules/chats/chats.service', 'modules/users/users.repository', 'shared-kinds-only'],
    ['modules/chats/chats.service', 'modules/users/users.controller', 'shared-kinds-only'],
    ['modules/chats/chats.service', 'modules/users/jobs/sweep.job', 'shared-kinds-only'],
    ['modules/chats/chats.service', 'modules/chats/search/chat-search.service', 'order-chats-core'],
    ['modules/chats/sharing/shared-chats.service', 'modules/chats/transfer/x.service', 'order-chats-sharing'],
    ['modules/new/new.service', 'modules/users/names.service', 'listed-modules-only'],
    ['platform/jobs/jobs', 'modules/users/names.service', 'platform-knows-no-domain'],
    ['common/util/time', 'platform/jobs/jobs', 'common-imports-no-zone'],
    ['modules/users/users.service', 'app.setup', 'zones-do-not-know-the-app'],
  ] as const;
  let folder: string;
  let violations: string[];

  /** One project that breaks every rule: dependency-cruiser takes long to start. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'confab-modules-'));
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) await cp(join(ROOT, file), join(folder, file));
    const imports = new Map<string, string[]>();
    for (const [from, to] of [allowed, ...forbidden]) {
      imports.set(from, [...(imports.get(from) ?? []), to]);
      imports.set(to, imports.get(to) ?? []);
    }
    for (const [path, targets] of imports) {
      const up = '../'.repeat(path.split('/').length - 1) || './';
      const lines = targets.map((target, index) => `import { value as v${index} } from '${up}${target}';\n`);
      const used = targets.map((_, index) => `v${index}`).join(', ');
      await mkdir(dirname(join(folder, 'src', path)), { recursive: true });
      await writeFile(
        join(folder, 'src', `${path}.ts`),
        `${lines.join('')}export const value: unknown[] = [${used}];\n`,
      );
    }
    violations = await violationsIn(folder);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it.each(forbidden)('%s may not import %s', (from, to, rule) => {
    expect(violations).toContain(`${rule}: src/${from}.ts -> src/${to}.ts`);
  });

  it('a module may import the service of one to its left', () => {
    const [from, to] = allowed;
    expect(violations.filter((violation) => violation.endsWith(`src/${from}.ts -> src/${to}.ts`))).toEqual([]);
  });
});
