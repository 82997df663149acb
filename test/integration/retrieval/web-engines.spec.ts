import { ENGINES } from '../../../src/modules/retrieval/web/web-search.service';
import type { InternetAnswer } from '../../support/fakes/internet';
import { A, B, ENGINE_CASES, inEveryForm } from '../../support/web-engine-cases';
import { detailOf, searchStage } from '../../support/web-search';

const stage = searchStage();

describe('web search engines', () => {
  it('are all tested here', () => {
    expect(Object.keys(ENGINE_CASES).sort()).toEqual([...ENGINES.keys()].sort());
  });

  it.each(Object.entries(ENGINE_CASES))(
    '%s: asks as it wants to be asked, and reads what it found',
    async (engine, each) => {
      const answer = typeof each.answer === 'string' ? { text: each.answer } : { json: each.answer };
      stage.internet.handler = () => answer;
      const settings = { web_search_engine: engine, web_search_result_count: 5, ...each.settings };
      expect(await stage.search(settings)).toEqual(each.results ?? [A, B]);
      const { scheme = 'https', query = {}, headers = {}, ...asked } = each.asked;
      expect(stage.internet.requests).toHaveLength(1);
      expect(stage.internet.requests[0]).toMatchObject({ method: 'GET', ...asked, scheme });
      expect(stage.internet.requests[0]?.query).toEqual(query);
      expect(stage.internet.requests[0]?.headers).toMatchObject(headers);
    },
  );

  it.each(Object.keys(ENGINE_CASES))('%s: cuts, filters and drops what is no web address', async (engine) => {
    const links = ['ftp://x/', 'nothing', '', 'https://evil.org/', 'https://sub.a.org/', 'https://nota.org/'];
    const all = [...links, 'https://a.org/1', 'https://a.org/2', 'https://a.org/3'];
    stage.internet.handler = inEveryForm(all);
    const settings = { ...ENGINE_CASES[engine]?.settings, web_search_engine: engine, web_search_result_count: 2 };
    const found = await stage.search({
      ...settings,
      web_search_domain_filter_list: ['a.org', '!evil.org', '!2.a.org'],
    });
    // Exa keeps to the allowed hosts itself.
    const expected =
      engine === 'exa' ? ['https://sub.a.org/', 'https://nota.org/'] : ['https://sub.a.org/', 'https://a.org/1'];
    expect(found.map(({ link }) => link)).toEqual(expected);
  });

  it.each(Object.keys(ENGINE_CASES))('%s: says why there is no answer', async (engine) => {
    const settings = { ...ENGINE_CASES[engine]?.settings, web_search_engine: engine };
    const statuses: InternetAnswer[] = [{ status: 500 }, { status: 429 }, { text: '<html>', type: 'text/html' }];
    for (const answer of statuses) {
      stage.internet.handler = () => answer;
      const [status, detail] = (await detailOf(stage.search(settings))) as [number, string];
      expect(status).toBe(engine === 'duckduckgo' && answer.text ? 404 : 400);
      expect(detail.length).toBeGreaterThan(5);
      expect(detail.length).toBeLessThanOrEqual(210);
      expect(detail).not.toMatch(/[=/]k(&|$)/);
    }
  });

  it.each(Object.keys(ENGINE_CASES))('%s: takes an answer without results, of any form, for none', async (engine) => {
    const settings = { ...ENGINE_CASES[engine]?.settings, web_search_engine: engine };
    for (const json of [{}, [], null, { results: 'x', data: 5, items: {}, web: [] }, [1, 'a', null]]) {
      stage.internet.handler = () => ({ json });
      expect(await detailOf(stage.search(settings))).toEqual([404, '[ERROR: No results found from web search]']);
    }
  });
});
