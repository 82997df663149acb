/** @services */
import { FullTextService } from '../../../src/modules/retrieval/search/full-text.service';
import { collections, retrievalStage, type RetrievalStage } from './stage';

/** Three chunks whose terms are easy to count: 2, 4 and 3. */
const CORPUS = ['Garden cat', 'garden garden dog house', 'bird tree river'];

/** Okapi BM25 with k1 1.5 and b 0.75, written down from its definition. */
function bm25(count: number, length: number, meanLength: number, { size, matches }: { size: number; matches: number }) {
  const idf = Math.log(1 + (size - matches + 0.5) / (matches + 0.5));
  return (idf * count * 2.5) / (count + 1.5 * (0.25 + (0.75 * length) / meanLength));
}

describe('full text search', () => {
  let stage: RetrievalStage;
  let fullText: FullTextService;

  const ids = async () => {
    const rows = await stage.dataSource.query<{ id: string; text: string }[]>('SELECT id, text FROM chunk');
    return new Map(rows.map(({ id, text }) => [id, text]));
  };
  const find = async (query: string, names: string[], isEnriched = false) => {
    const [found = []] = await fullText.search(collections(...names), [query], { limit: 10, isEnriched });
    const texts = await ids();
    return found.map(({ chunkId, score }) => ({ text: texts.get(chunkId), score }));
  };
  const texts = async (query: string, names: string[]) => (await find(query, names)).map(({ text }) => text);

  beforeAll(async () => {
    stage = await retrievalStage();
    fullText = stage.module.get(FullTextService);
    await stage.write('corpus', CORPUS);
    await stage.write('other', ['garden of another collection, which has no part in the statistics']);
    await stage.write('foreign', ['garden of another account'], { ownerId: 'u1' });
    await stage.write('languages', [
      'The children were running through the gardens of the old houses.',
      'Die Häuser am Fluss wurden im letzten Jahr von der Stadt gebaut und verkauft.',
      'Les maisons anciennes étaient construites par les habitants de la ville.',
      'Серверы хранят настройки в базе данных, и все узлы их видят.',
      '黒い猫が庭を走っている。',
      'แมวดำวิ่งอยู่ในสวน',
    ]);
  });
  afterAll(() => stage.close());

  it('scores by BM25 over the chunks in scope', async () => {
    const found = await find('garden', ['corpus']);
    const frequency = { size: 3, matches: 2 };
    expect(found).toEqual([
      { text: CORPUS[1], score: expect.closeTo(bm25(2, 4, 3, frequency), 6) },
      { text: CORPUS[0], score: expect.closeTo(bm25(1, 2, 3, frequency), 6) },
    ]);
  });

  it('adds the scores of several terms, each counted once', async () => {
    const [first] = await find('cat cat garden', ['corpus']);
    const cat = bm25(1, 2, 3, { size: 3, matches: 1 });
    expect(first).toEqual({ text: CORPUS[0], score: expect.closeTo(cat + bm25(1, 2, 3, { size: 3, matches: 2 }), 6) });
  });

  it.each([
    ['child run', 'The children'],
    ['Haus', 'Die Häuser'],
    ['hauser', 'Die Häuser'],
    ['la maison construite', 'Les maisons'],
    ['настройка сервера', 'Серверы'],
    ['猫', '黒い猫'],
    ['黒い猫', '黒い猫'],
    ['แมว', 'แมวดำ'],
  ])('finds %s by the stems of the language of the chunk, or n-grams', async (query, beginning) => {
    expect((await texts(query, ['languages']))[0]).toMatch(new RegExp(`^${beginning}`));
  });

  it('reads nothing outside of the scope', async () => {
    expect(await texts('garden', ['corpus', 'foreign'])).not.toContain('garden of another account');
    expect(await texts('garden', [])).toEqual([]);
  });

  it.each(['', '   ', 'the of and', '?!', '\u0000', '’"\\\'& | ! ( ) :* <->', '\u{1F600}'])(
    'finds nothing for %j',
    async (query) => expect(await texts(query.replace('\0', ''), ['languages'])).toEqual([]),
  );

  it('takes long queries', async () => {
    const words = Array.from({ length: 200_000 }, (_, index) => `word${index}`).join(' ');
    expect(await texts(`garden ${words}`, ['corpus'])).toContain('Garden cat');
    expect(await texts('x'.repeat(1_000_000), ['corpus'])).toEqual([]);
  });

  it('finds by file name, title and headings when enriched', async () => {
    await stage.write('enriched', [{ text: 'Nothing here', metadata: { headings: ['Retention'], title: 'Audit' } }], {
      name: 'manual.pdf',
    });
    for (const query of ['retention', 'audit', 'manual']) {
      expect(await find(query, ['enriched'])).toEqual([]);
      expect((await find(query, ['enriched'], true)).map(({ text }) => text)).toEqual(['Nothing here']);
    }
  });

  describe('over more chunks than are all scored', () => {
    beforeAll(async () => {
      await stage.dataSource.query(
        `INSERT INTO source_document (id, owner_id, collection_name, name, hash, metadata, is_ready, writer, chunk_count,
           term_count, extra_count, languages, vector_count, created_at)
         VALUES ('large', 'u0', 'large', '', '', '{}', true, 0, 12000, 24000, 0, '{simple}', 0, 0)`,
      );
      await stage.dataSource.query(
        `WITH added AS (
           INSERT INTO chunk (document_id, position, text, metadata)
           SELECT 'large', number, CASE WHEN number % 4000 = 7 THEN 'common rare' ELSE 'common word' END, '{}'
           FROM generate_series(1, 12000) number RETURNING id, text)
         INSERT INTO chunk_terms SELECT id, 'large', to_tsvector('simple', text), 2, '', 0 FROM added`,
      );
    });

    it('finds all that have a rare word, with the common one as part of their score', async () => {
      expect((await texts('common rare', ['large'])).slice(0, 4)).toEqual([
        ...Array<string>(3).fill('common rare'),
        'common word',
      ]);
      const [both] = await find('common rare', ['large']);
      const [one] = await find('rare', ['large']);
      expect(one?.score).toBeCloseTo(bm25(1, 2, 2, { size: 12_000, matches: 3 }), 6);
      expect(both?.score).toBeGreaterThan(one?.score ?? Infinity);
    });

    it('finds some of those that have nothing but a common word', async () => {
      expect(await texts('common', ['large'])).toHaveLength(10);
      expect(await texts('common unknown', ['large'])).toHaveLength(10);
    });
  });
});
