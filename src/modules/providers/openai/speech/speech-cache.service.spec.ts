import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalDriver } from '../../../../platform/storage/drivers/local.driver';
import { toConnection } from '../connection';
import { SpeechCacheService } from './speech-cache.service';

const openai = toConnection(0, 'https://api.openai.com/v1', 'sk-1', {});
const body = { model: 'tts-1', input: 'Hello', voice: 'alloy' };

describe('SpeechCacheService', () => {
  let dataDir: string;
  let cache: SpeechCacheService;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'confab-speech-'));
    cache = new SpeechCacheService(new LocalDriver(join(dataDir, 'cache')));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const kept = () => readdir(join(dataDir, 'cache/audio/speech'));
  async function* sound(...parts: string[]): AsyncGenerator<Uint8Array> {
    for (const part of parts) yield await Promise.resolve(Buffer.from(part));
  }

  it('distinguishes requests and connections', () => {
    const paths = [
      cache.keyOf(openai, body),
      cache.keyOf(openai, { ...body, input: 'Hello!' }),
      cache.keyOf({ ...openai, key: 'sk-2' }, body),
      cache.keyOf(openai, { ...body, response_format: 'wav' }),
    ];
    expect(new Set(paths).size).toBe(4);
    expect(cache.keyOf(openai, { ...body })).toBe(paths[0]);
    expect(paths[0]).toMatch(/^audio\/speech\/[0-9a-f]{64}\.mp3$/);
    expect(paths[3]).toMatch(/\.wav$/);
  });

  it.each([
    { response_format: 'pcm' },
    { response_format: '../../x' },
    { response_format: 5 },
    { stream_format: 'sse' },
  ])('stores nothing of %j', (change) => {
    expect(cache.keyOf(openai, { ...body, ...change })).toBeUndefined();
  });

  it('stores what has arrived whole, and nothing of what breaks off', async () => {
    const path = cache.keyOf(openai, body) ?? '';
    const breaking = async function* () {
      yield* sound('half');
      throw new Error('broken on purpose');
    };
    await expect(cache.store(path, breaking())).rejects.toThrow('broken on purpose');
    expect(await cache.find(path)).toBeNull();
    await cache.store(path, sound('a', 'b'));
    expect(await cache.find(path)).not.toBeNull();
    expect(await kept()).toHaveLength(1);
  });

  it('removes what is old', async () => {
    await cache.removeBefore(Date.now());
    for (const input of ['old', 'new']) await cache.store(cache.keyOf(openai, { input }) ?? '', sound(input));
    const old = join(dataDir, 'cache', cache.keyOf(openai, { input: 'old' }) ?? '');
    await utimes(old, 1000, 1000);
    await cache.removeBefore(1001);
    expect(await cache.find(cache.keyOf(openai, { input: 'old' }) ?? '')).toBeNull();
    expect(await kept()).toHaveLength(1);
  });
});
