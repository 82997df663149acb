import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { SandboxSettings } from '../sandbox.settings';
import { PythonPackages } from './python-packages';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheels-'));
  await wheel('alpha-1.9-py3-none-any.whl', 'Requires-Dist: Beta_B>=1\nRequires-Dist: absent; extra == "test"');
  await wheel('alpha-1.10-py3-none-any.whl', 'Requires-Dist: beta.b\nRequires-Dist: win32; sys_platform == "win32"');
  await wheel('beta_b-2.0-py2.py3-none-any.whl', 'Requires-Dist: alpha');
  await wheel('native-1.0-cp314-cp314-pyodide_2025_0_wasm32.whl');
  await wheel('foreign-1.0-cp314-cp314-manylinux_2_17_x86_64.whl');
  await wheel('broken-1.0-py3-none-any.whl', 'Requires-Dist: nowhere');
});
afterAll(() => rm(directory, { recursive: true }));

const wheel = (file: string, metadata = '') =>
  writeFile(join(directory, file), zipSync({ [`${file.split('-')[0]}-1.dist-info/METADATA`]: strToU8(metadata) }));

async function filesFor(requirements: string, wheel_dir = directory): Promise<unknown> {
  const packages = new PythonPackages(Object.assign(new SandboxSettings(), { wheel_dir }));
  const code = `"""\ntitle: x\nrequirements: ${requirements}\n"""\n`;
  return packages.filesFor(code).then(
    (files) => files.map(({ name }) => name),
    (error: unknown) => error,
  );
}

describe('PythonPackages', () => {
  it('takes the newest wheel with all that it needs itself', async () => {
    expect(await filesFor('alpha')).toEqual(['alpha-1.10-py3-none-any.whl', 'beta_b-2.0-py2.py3-none-any.whl']);
    expect(await filesFor('ALPHA==1.9, native')).toEqual([
      'alpha-1.9-py3-none-any.whl',
      'native-1.0-cp314-cp314-pyodide_2025_0_wasm32.whl',
      'beta_b-2.0-py2.py3-none-any.whl',
    ]);
  });

  it('needs nothing for packages of the library', async () => {
    expect(await filesFor('pydantic, requests>=2', '')).toEqual([]);
    expect(await filesFor('pydantic', '/nowhere')).toEqual([]);
  });

  it('takes a path as no name', async () => {
    expect(await filesFor('../alpha, /etc/passwd, -r x')).toEqual([]);
  });

  it.each([
    ['foreign', 'foreign'],
    ['broken', 'nowhere'],
    ['one, two', 'one, two'],
  ])('names what is missing of %j', async (requirements, names) => {
    const message: unknown = expect.stringContaining(`: ${names}.`);
    expect(await filesFor(requirements)).toMatchObject({ failure: 'requirements', message });
  });
});
