import { Logger } from '@nestjs/common';
import type { OpenAiModelListsService } from '../../../src/modules/providers/openai/openai-model-lists.service';
import type { OpenAiSettings } from '../../../src/modules/providers/openai/openai.settings';
import type { ProvidersSettings } from '../../../src/modules/providers/providers.settings';
import { deferred } from '../../support/deferred';
import { ONLY_DELAYS } from '../../support/delays';
import type { Answer } from '../../support/fakes/openai-answers';
import { FakeOpenAiServer } from '../../support/fakes/openai-server';
import { openAiParts } from '../../support/openai-parts';

/** Real: HTTP, the lists. Not there: the database and the application. */
describe('OpenAiModelListsService', () => {
  let live: FakeOpenAiServer;
  let other: FakeOpenAiServer;
  let close: () => Promise<void>;
  let settings: OpenAiSettings;
  let options: ProvidersSettings;
  let lists: OpenAiModelListsService;

  beforeAll(async () => void ([live, other] = await Promise.all([FakeOpenAiServer.start(), FakeOpenAiServer.start()])));
  afterAll(() => Promise.all([live.close(), other.close()]));
  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    live.reset();
    other.reset();
    live.models = ['a', 'b'];
    other.models = ['b', 'c'];
    ({ settings, options, lists, close } = openAiParts({ base_urls: [live.url, other.url], keys: ['k', ''] }));
  });
  afterEach(() => jest.useRealTimers());
  afterEach(() => close());

  const idsNow = async (how = {}) =>
    (await lists.list({ waitsForFirst: true, ...how })).map(({ id, urlIdx }) => `${id}@${urlIdx}`);
  /** The list while the other server keeps silent; the first has answered before, however slow the machine is. */
  async function idsWithoutOther(): Promise<string[]> {
    settings.base_urls = [live.url];
    await idsNow();
    settings.base_urls = [live.url, other.url];
    return idsNow({ waitsForFirst: false });
  }
  /** Lists again until the background has brought it. */
  async function idsUntil(expected: string): Promise<void> {
    while (!(await idsNow({ waitsForFirst: false })).includes(expected))
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  it('joins the lists in the order of the connections, the first of equal ids wins', async () => {
    expect(await idsNow()).toEqual(['a@0', 'b@0', 'c@1']);
    expect(live.lastRequest?.headers.authorization).toBe('Bearer k');
    expect(other.lastRequest?.headers).not.toHaveProperty('authorization');
  });

  it('gives the same array as long as nothing has changed', async () => {
    expect(await lists.list({})).toBe(await lists.list({}));
  });

  it('does not wait for a connection that does not answer', async () => {
    const asked = other.nextRequest();
    other.onModels = () => 'never';
    expect(await idsWithoutOther()).toEqual(['a@0', 'b@0']);
    expect(await asked).toMatchObject({ path: '/models', aborted: false });
  });

  it('takes in what such a connection answers later', async () => {
    const answer = deferred<Answer>();
    other.onModels = () => answer.promise;
    expect(await idsWithoutOther()).toEqual(['a@0', 'b@0']);
    answer.resolve({ json: { data: [{ id: 'late' }] } });
    await idsUntil('late@1');
  });

  it('waits for such a connection with a longer timeout', async () => {
    const answer = deferred<Answer>();
    other.onModels = () => answer.promise;
    await idsWithoutOther();
    const patient = idsNow({ waitsForFirst: true });
    answer.resolve({ json: { data: [{ id: 'late' }] } });
    expect(await patient).toContain('late@1');
  });

  it.each<[string, Answer]>([
    ['an error', { status: 500, json: { error: 'x' } }],
    ['a text', { text: 'hello' }],
    ['another form', { json: { models: [] } }],
  ])('lists nothing of a connection that answers with %s', async (_, answer) => {
    other.onModels = () => answer;
    expect(await idsNow()).toEqual(['a@0', 'b@0']);
  });

  it('gives a connection up after the time limit, also for those who wait', async () => {
    settings.base_urls = [live.url];
    await idsNow();
    settings.base_urls = [live.url, other.url];
    other.onModels = () => 'never';
    jest.useFakeTimers(ONLY_DELAYS);
    const asked = other.nextRequest();
    const ids = idsNow();
    const request = await asked;
    jest.advanceTimersByTime(options.model_list_timeout * 1000);
    expect(await ids).toEqual(['a@0', 'b@0']);
    await request.closed;
    expect(request.aborted).toBe(true);
  });

  it('refreshes only on request, or when the list is old', async () => {
    options.model_list_ttl = 0;
    await idsNow();
    live.models = ['new'];
    expect(await idsNow()).toContain('a@0');
    expect(await idsNow({ refresh: true })).toEqual(['new@0', 'b@1', 'c@1']);
    options.model_list_ttl = 0.001;
    live.models = ['newer'];
    await idsUntil('newer@0');
  });

  it('keeps the models of a connection that fails for once', async () => {
    await idsNow();
    live.onModels = () => ({ status: 500, text: 'down' });
    expect(await idsNow({ refresh: true })).toEqual(['a@0', 'b@0', 'c@1']);
  });

  it('restarts for a changed connection, and drops a removed one', async () => {
    await idsNow();
    settings.configs = { '0': { prefix_id: 'p' }, '1': { enable: false } };
    expect(await idsNow()).toEqual(['p.a@0', 'p.b@0']);
    settings.is_enabled = false;
    expect(await idsNow()).toEqual([]);
  });

  it('does not ask a server whose models are in the options, nor OpenAI without a key', async () => {
    settings.base_urls = [live.url, 'https://api.openai.com/v1'];
    settings.configs = { '0': { model_ids: ['x'] } };
    expect(await idsNow()).toEqual(['x@0']);
    expect(live.requests).toEqual([]);
  });
});
