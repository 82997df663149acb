import { OpenAiSettings } from './openai.settings';
import { ProvidersSettings } from '../providers.settings';
import type { Connection } from './connection';
import type { OpenAiConnectionsService } from './openai-connections.service';
import { OpenAiModelListsService } from './openai-model-lists.service';

const CONNECTIONS = 10;
const MODELS = 50;
const DEAD = 3;

interface Call {
  index: number;
  answer(): void;
  fail(): void;
}

/** Real: the lists. Not there: HTTP; a test answers each call when it wants to. The clock is the test's, too. */
describe('500 models of ten connections, one of which is dead', () => {
  let calls: Call[];
  let lists: OpenAiModelListsService;

  beforeEach(() => {
    jest.useFakeTimers();
    calls = [];
    const settings = new OpenAiSettings();
    settings.base_urls = Array.from({ length: CONNECTIONS }, (_, index) => `http://c${index}`);
    settings.keys = settings.base_urls.map(() => 'k');
    const fetchModels = ({ index }: Connection) =>
      new Promise((resolve, reject) => {
        const data = Array.from({ length: MODELS }, (_, n) => ({ id: `m-${index}-${n}` }));
        calls.push({ index, answer: () => resolve({ data }), fail: () => reject(new Error('refused')) });
      });
    const options = Object.assign(new ProvidersSettings(), { model_list_ttl: 60 });
    lists = new OpenAiModelListsService(settings, options, { fetchModels } as unknown as OpenAiConnectionsService);
  });
  afterEach(() => jest.useRealTimers());

  /** Whether the promise has settled, when everything that can go on without the clock has gone on. */
  async function isSettled(promise: Promise<unknown>): Promise<boolean> {
    let settled = false;
    void promise.then(() => (settled = true));
    await jest.advanceTimersByTimeAsync(0);
    return settled;
  }
  const live = () => calls.filter(({ index }) => index !== DEAD);
  const countOf = async (list: Promise<unknown[]>) => (await list).length;

  it('are asked for at once, and listed as soon as the slowest that answers has answered', async () => {
    const list = lists.list({});
    expect(await isSettled(list)).toBe(false);
    expect(calls.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    calls[DEAD]?.fail();
    const [slowest, ...others] = live();
    others.forEach(({ answer }) => answer());
    expect(await isSettled(list)).toBe(false);
    slowest?.answer();
    expect(await isSettled(list)).toBe(true);
    expect(await countOf(list)).toBe((CONNECTIONS - 1) * MODELS);
  });

  it('do not wait for a connection that hangs longer than for a moment', async () => {
    const list = lists.list({});
    live().forEach(({ answer }) => answer());
    expect(await isSettled(list)).toBe(false);
    await jest.advanceTimersByTimeAsync(1000);
    expect(await isSettled(list)).toBe(true);
    expect(await countOf(list)).toBe((CONNECTIONS - 1) * MODELS);
  });

  it('come from the cache the second time, without a request or a wait', async () => {
    const first = lists.list({});
    live().forEach(({ answer }) => answer());
    await jest.advanceTimersByTimeAsync(1000);
    const again = lists.list({});
    expect(await isSettled(again)).toBe(true);
    expect(await again).toBe(await first);
    expect(calls).toHaveLength(CONNECTIONS);
    calls[DEAD]?.answer();
    await jest.advanceTimersByTimeAsync(0);
    expect(await countOf(lists.list({}))).toBe(CONNECTIONS * MODELS);
    expect(calls).toHaveLength(CONNECTIONS);
  });

  it('are fetched again in the background when they are old, each by itself, while the old ones are served', async () => {
    const first = lists.list({});
    calls.forEach(({ answer }) => answer());
    await first;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await isSettled(lists.list({}))).toBe(true);
    expect(calls).toHaveLength(2 * CONNECTIONS);
    expect(await countOf(lists.list({}))).toBe(CONNECTIONS * MODELS);
    expect(calls).toHaveLength(2 * CONNECTIONS);
  });
});
