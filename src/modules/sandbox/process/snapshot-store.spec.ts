import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../../test/support/eventually';
import { SnapshotStore, type Snapshot } from './snapshot-store';

const bytes = Buffer.from('memory of an interpreter');

let directory: string;
let made = 0;
beforeEach(async () => {
  made = 0;
  directory = await mkdtemp(join(tmpdir(), 'snapshots-'));
});
afterEach(() => rm(directory, { recursive: true }));

const make = () => {
  made += 1;
  return Promise.resolve(bytes);
};

async function read({ file, length }: Snapshot): Promise<string> {
  const content = await file.readFile('utf8');
  await file.close();
  expect(length).toBe(content.length);
  return content;
}

const open = async (name = 'python', key = 'abc') => read(await new SnapshotStore(directory).open(name, key, make));

describe('SnapshotStore', () => {
  it('makes a snapshot once, for its owner alone', async () => {
    expect([await open(), await open(), made]).toEqual([bytes.toString(), bytes.toString(), 1]);
    const [name = ''] = await readdir(directory);
    expect(name).toMatch(/^python-abc-[\da-f]{32}\.snapshot$/);
    expect(((await stat(join(directory, name))).mode & 0o777).toString(8)).toBe('600');
  });

  it.each(['', 'memory of an attacker', `${bytes.toString()} and more`])(
    'makes a file again whose content is %j',
    async (content) => {
      await open();
      const [name = ''] = await readdir(directory);
      await writeFile(join(directory, name), content);
      expect([await open(), made]).toEqual([bytes.toString(), 2]);
      expect(await readdir(directory)).toEqual([name]);
    },
  );

  it('takes no file with another name, and leaves none behind after a failure', async () => {
    await writeFile(join(directory, 'python-abc-00000000000000000000000000000000.snapshot'), bytes);
    const failed = new SnapshotStore(directory).open('python', 'abc', () => Promise.reject(new Error('no memory')));
    await expect(failed).rejects.toThrow('no memory');
    expect(await readdir(directory)).toEqual([]);
  });

  it('removes those of other versions only', async () => {
    await open('python', 'old');
    await open('other', 'old');
    await open('python', 'new');
    const names = await eventually(async () => {
      const all = await readdir(directory);
      return all.length === 2 ? all : undefined;
    });
    expect(names.map((name) => name.replace(/-\w+\.snapshot$/, '')).sort()).toEqual(['other-old', 'python-new']);
  });

  it('takes the one of the build, which it only reads, unless that is damaged', async () => {
    const built = join(directory, 'built');
    await read(await new SnapshotStore(built).open('python', 'abc', make));
    const store = () => new SnapshotStore(join(directory, String(made)), built);
    expect([await read(await store().open('python', 'abc', make)), made]).toEqual([bytes.toString(), 1]);
    const [name = ''] = await readdir(built);
    await writeFile(join(built, name), 'damaged');
    expect([await read(await store().open('python', 'abc', make)), made]).toEqual([bytes.toString(), 2]);
    expect(await readdir(built)).toEqual([name]);
    const missing = new SnapshotStore(directory, join(directory, 'missing'));
    expect([await read(await missing.open('python', 'def', make)), made]).toEqual([bytes.toString(), 3]);
  });
});
