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
  }, 300_000);
});

describe('the rules', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'confab-modules-'));
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) await cp(join(ROOT, file), join(folder, file));
  });

  afterAll(() => rm(folder, { recursive: true }));

  /** Sources of two files, the first of which imports the second. */
  async function violationOf(from: string, to: string): Promise<string[]> {
    await rm(join(folder, 'src'), { recursive: true, force: true });
    const depth = from.split('/').length - 1;
    const target = `${'../'.repeat(depth)}${to}`;
    for (const [path, text] of [
      [from, `import { b } from '${target}';\nexport const a = b;\n`],
      [to, 'export const b = 1;\n'],
    ] as const) {
      await mkdir(dirname(join(folder, 'src', path)), { recursive: true });
      await writeFile(join(folder, 'src', `${path}.ts`), text);
    }
    return (await violationsIn(folder)).map((violation) => violation.split(':', 1)[0] ?? '');
  }

  it.each([
    ['modules/users/users.service', 'modules/chats/chats.service', 'order-users'],
    ['modules/chats/chats.service', 'modules/users/users.repository', 'shared-kinds-only'],
    ['modules/chats/chats.service', 'modules/users/users.controller', 'shared-kinds-only'],
    ['modules/chats/chats.service', 'modules/users/jobs/sweep.job', 'shared-kinds-only'],
    ['modules/new/new.service', 'modules/users/users.service', 'listed-modules-only'],
    ['platform/jobs/jobs', 'modules/users/users.service', 'platform-knows-no-domain'],
    ['common/util/time', 'platform/jobs/jobs', 'common-knows-nobody'],
    ['modules/users/users.service', 'app.setup', 'zones-do-not-know-the-app'],
  ])('%s may not import %s', async (from, to, rule) => {
    expect(await violationOf(from, to)).toContain(rule);
  });

  it('a module may import the service of one to its left', async () => {
    expect(await violationOf('modules/chats/chats.service', 'modules/users/users.service')).toEqual([]);
  });
});
