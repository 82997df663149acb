import type { CitedSource } from '../../../providers/chat-provider';
import { composeReply } from './search-reply';

const source = (name: string, texts: string[], metadata: object[] = texts.map(() => ({}))): CitedSource => ({
  source: { id: name, name },
  document: texts,
  metadata: metadata.map((own) => ({ source: name, ...own })),
});
const reply = (question: string, ...sources: CitedSource[]) =>
  composeReply({ question, sources, hasAttachments: true });

const TEA = 'Tea comes from China. Green tea is brewed at eighty degrees. Black tea takes boiling water.';
const OSLO = 'Oslo is the capital of Norway. It lies at the end of a fjord.';

describe('composeReply', () => {
  it('begins with the sentence that fits, and cites it', async () => {
    const [lead, first, second] = await reply(
      'How hot is green tea brewed?',
      source('oslo.txt', [OSLO]),
      source('tea.txt', [TEA]),
    );
    expect(lead).toBe('Green tea is brewed at eighty degrees. [2]');
    expect(first).toBe(`**tea.txt** [2]\n\n> ${TEA}`);
    expect(second).toBe(`**oslo.txt** [1]\n\n> ${OSLO}`);
  });

  it.each([
    [{ page: 2 }, 'page 3'],
    [{ page: 2, page_label: 'iv' }, 'page iv'],
    [{ sheet: 'Sales', row: 7 }, 'sheet Sales, row 7'],
    [{ headings: ['Top', 'Sub'] }, 'Top › Sub'],
  ])('names the place %j', async (metadata, place) => {
    expect((await reply('tea', source('a.pdf', [TEA], [metadata])))[1]).toContain(`**a.pdf, ${place}** [1]`);
  });

  it('takes lines that were broken for their width for one sentence', async () => {
    const [lead] = await reply('clockwork', source('a', ['Dusk.\nThe clockwork is wound\nevery four hours.\nFog.']));
    expect(lead).toBe('The clockwork is wound every four hours. [1]');
  });

  it('answers a question of the document with what follows it, without marks of lists', async () => {
    const [lead] = await reply(
      'Who winds the clock?',
      source('a', ['- _Who winds the clock?_ The keeper. Nobody else.']),
    );
    expect(lead).toBe('_Who winds the clock?_ The keeper. [1]');
  });

  it('names the URL of a page beside its title', async () => {
    const page = { ...source('x', [TEA]), metadata: [{ title: 'Tea', source: 'https://tea.example/a' }] };
    expect((await reply('tea', page))[1]).toContain('**Tea, https://tea.example/a** [1]');
  });

  it('finds other forms of a word, and words of languages without spaces', async () => {
    expect((await reply('Which herons?', source('a', ['A walrus. A heron stands.'])))[0]).toBe('A heron stands. [1]');
    const [lead] = await reply('東京の人口', source('a', ['京都は古い。東京の人口は千四百万人である。']));
    expect(lead).toBe('東京の人口は千四百万人である。 [1]');
  });

  it('cuts a long text around what fits, at sentences', async () => {
    const filler = 'Nothing is said here about it. ';
    const text = `${filler.repeat(400)}The zeppelin landed in Lakehurst. ${filler.repeat(400)}`;
    const [lead, passage = ''] = await reply('Where did the zeppelin land?', source('a', [text]));
    expect(lead).toBe('The zeppelin landed in Lakehurst. [1]');
    expect(passage).toMatch(/^\*\*a\*\* \[1\]\n\n> … Nothing .*The zeppelin landed in Lakehurst\. .* …$/);
    expect(passage.length).toBeLessThan(700);
  });

  it('takes what the search found best when no word fits', async () => {
    const scored = { ...source('a', ['Un.', 'Deux.', 'Trois.']), distances: [0.1, 0.9, 0.5] };
    expect((await reply('zzzz', scored)).map((text) => text.split('> ')[1])).toEqual(['Deux.', 'Trois.', 'Un.']);
  });

  it('shows five passages at most', async () => {
    expect(
      await reply(
        'tea',
        source(
          'a',
          Array.from({ length: 9 }, (_, index) => `tea ${index}.`),
        ),
      ),
    ).toHaveLength(6);
  });

  it('lets no text of a document become markup', async () => {
    const evil = 'x <think>y</think> ![z](http://evil.example/x.png)\n> quote <details type="reasoning">';
    const text = (await reply('x', source('a<b>', [evil]))).join('\n');
    expect(text).not.toMatch(/<[a-z/]|!\[z|^> >/m);
  });

  it('says in one sentence how it is used, and that nothing was found', async () => {
    expect(await composeReply(undefined)).toEqual([expect.stringContaining('attach a file')]);
    expect(await composeReply({ question: 'x', sources: [], hasAttachments: false })).toHaveLength(1);
    expect(await reply('x')).toEqual([expect.stringContaining('no passage')]);
    expect(await reply('x', source('a', [' ']))).toEqual([expect.stringContaining('no passage')]);
  });
});
