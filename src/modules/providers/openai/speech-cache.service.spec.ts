import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Env } from '../../../platform/env/env';
import { toConnection } from './connection';
import { SpeechCacheService } from './speech-cache.service';

const openai = toConnection(0, 'https://api.openai.com/v1', 'sk-1', {});
const body = { model: 'tts-1', input: 'Hello', voice: 'alloy' };

describe('SpeechCacheService', () => {
  let dataDir: string;
  let cache: SpeechCacheService;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'confab-speech-'));
    cache = new SpeechCacheService(new Env({ DATA_DIR: dataDir }));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const kept = () => readdir(join(dataDir, 'cache/audio/speech'));
  async function* sound(...parts: string[]): AsyncGenerator<Uint8Array> {
    for (const part of parts) yield await Promise.resolve(Buffer.from(part));
  }

  it('tells requests and connections apart', () => {
    const paths = [
      cache.pathOf(openai, body),
      cache.pathOf(openai, { ...body, input: 'Hello!' }),
      cache.pathOf({ ...openai, key: 'sk-2' }, body),
      cache.pathOf(openai, { ...body, response_format: 'wav' }),
    ];
    expect(new Set(paths).size).toBe(4);
    expect(cache.pathOf(openai, { ...body })).toBe(paths[0]);
    expect(paths[0]).toMatch(/^audio\/speech\/[0-9a-f]{64}\.mp3$/);
    expect(paths[3]).toMatch(/\.wav$/);
  });

  it.each([
    { response_format: 'pcm' },
    { response_format: '../../x' },
    { response_format: 5 },
    { stream_format: 'sse' },
  ])('keeps nothing of %j', (change) => {
    expect(cache.pathOf(openai, { ...body, ...change })).toBeUndefined();
  });

  it('keeps what has come whole, and nothing of what breaks off', async () => {
    const path = cache.pathOf(openai, body) ?? '';
    const breaking = async function* () {
      yield* sound('half');
      throw new Error('broken on purpose');
    };
    await expect(cache.keep(path, breaking())).rejects.toThrow('broken on purpose');
    expect(await cache.find(path)).toBeNull();
    await cache.keep(path, sound('a', 'b'));
    expect(await cache.find(path)).not.toBeNull();
    expect(await kept()).toHaveLength(1);
  });

  it('forgets what is old', async () => {
    await cache.forgetBefore(Date.now());
    for (const input of ['old', 'new']) await cache.keep(cache.pathOf(openai, { input }) ?? '', sound(input));
    const old = join(dataDir, 'cache', cache.pathOf(openai, { input: 'old' }) ?? '');
    await utimes(old, 1000, 1000);
    await cache.forgetBefore(1_000_001);
    expect(await cache.find(cache.pathOf(openai, { input: 'old' }) ?? '')).toBeNull();
    expect(await kept()).toHaveLength(1);
  });
});
