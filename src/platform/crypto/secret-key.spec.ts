import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Env } from '../env/env';
import { loadSecretKey } from './secret-key';

describe('loadSecretKey', () => {
  let dataDir: string;
  beforeEach(async () => (dataDir = await mkdtemp(join(tmpdir(), 'confab-key-'))));
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  const load = (variables: Record<string, string> = {}) => loadSecretKey(new Env({ DATA_DIR: dataDir, ...variables }));

  it('makes 256 random bits once, readable by the owner only', async () => {
    const key = await load();
    expect(Buffer.from(key, 'hex')).toHaveLength(32);
    expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
    expect(await load()).toBe(key);
  });

  it('gives parallel first starts the same key', async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, () => load()));
    expect(new Set(keys).size).toBe(1);
  });

  it('says what to do when the file is damaged', async () => {
    await writeFile(join(dataDir, 'secret.key'), 'short');
    await expect(load()).rejects.toThrow('holds no key');
  });

  it('takes the key of WEBUI_SECRET_KEY_FILE, or makes it there', async () => {
    const file = join(dataDir, 'keys/confab');
    const key = await load({ WEBUI_SECRET_KEY_FILE: file });
    expect(await readFile(file, 'utf8')).toBe(key);
    await writeFile(file, 'a key\n');
    expect(await load({ WEBUI_SECRET_KEY_FILE: file })).toBe('a key');
    await expect(load({ WEBUI_SECRET_KEY_FILE: file, ENV: 'prod' })).rejects.toThrow('keys/confab is too weak');
  });

  it.each(['t0p-s3cr3t', 'short', 'a'.repeat(64), 'abababababababababababababababababababab'])(
    'refuses the weak key %s in production only',
    async (key) => {
      await expect(load({ ENV: 'prod', WEBUI_SECRET_KEY: key })).rejects.toThrow('too weak');
      await expect(load({ WEBUI_SECRET_KEY: key })).resolves.toBe(key);
    },
  );

  it('takes a strong key in production', async () => {
    const key = 'f3b1c2d4e5a697886f5e4d3c2b1a09f8e7d6c5b4a3928170';
    await expect(load({ ENV: 'prod', WEBUI_SECRET_KEY: key })).resolves.toBe(key);
  });
});
