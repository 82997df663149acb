/**
 * `npm run bench:retrieval`: how well searches find the labelled passages of `retrieval-data`, in each language and on the
 * whole: recall@5 and the mean reciprocal rank of full text, of vectors by a deterministic test embedder, and of both
 * together. Needs nothing but Node. Exit code 1 when hybrid search is worse than the better of its parts by more than 0.01.
 */
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { embed } from './retrieval/hashed-embedder.cjs';
import { startRetrieval } from './retrieval/application.mjs';

const require = createRequire(import.meta.url);
const DATA = new URL('./retrieval-data/', import.meta.url);
const DEPTH = 10;
const TOLERANCE = 0.01;

/** Passages with their questions, by language. */
function labelledSet() {
  const files = readdirSync(DATA).filter((file) => file.endsWith('.md') && file !== 'README.md');
  return files.map((file) => {
    const sections = readFileSync(new URL(file, DATA), 'utf8').split(/^## /m).slice(1);
    const passages = sections.map((section) => {
      const [id, ...lines] = section.trim().split('\n');
      const questions = lines.filter((line) => line.startsWith('? ')).map((line) => line.slice(2));
      return {
        id,
        text: lines
          .filter((line) => !line.startsWith('? '))
          .join('\n')
          .trim(),
        questions,
      };
    });
    return { language: file.replace('.md', ''), passages };
  });
}

async function* chunksOf(passages) {
  for (const { id, text } of passages) yield { text, metadata: { id } };
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const mean = (numbers) => sum(numbers) / Math.max(1, numbers.length);
const recall = (ranks) => mean(ranks.map((rank) => (rank >= 1 && rank <= 5 ? 1 : 0)));
const reciprocal = (ranks) => mean(ranks.map((rank) => (rank >= 1 ? 1 / rank : 0)));

const application = await startRetrieval(require, (text) => embed(text));
try {
  const { index, search, settings, signal, ownerId } = application;
  const set = labelledSet();
  for (const { language, passages } of set) {
    const target = { ownerId, collectionName: 'quality', mode: 'add' };
    await index.write(target, { name: language, hash: language, metadata: {} }, chunksOf(passages), { signal });
  }
  const scope = { collections: { ownerId, names: ['quality'] } };
  const ranksOf = async (passages) => {
    const ranks = [];
    for (const { id, questions } of passages)
      for (const question of questions) {
        const hits = await search.search(scope, [question], { signal, k: DEPTH, kReranker: DEPTH });
        ranks.push(hits.findIndex(({ metadata }) => metadata.id === id) + 1);
      }
    return ranks;
  };
  const ways = {
    'full text': { embedding_engine: '', enable_hybrid_search: false },
    vectors: { embedding_engine: 'openai', enable_hybrid_search: false },
    hybrid: { embedding_engine: 'openai', enable_hybrid_search: true },
  };
  const results = {};
  for (const [way, change] of Object.entries(ways)) {
    settings(change);
    results[way] = {};
    for (const { language, passages } of set) results[way][language] = await ranksOf(passages);
    results[way].all = Object.values(results[way]).flat();
  }
  const languages = [...set.map(({ language }) => language), 'all'];
  process.stdout.write(`${''.padEnd(10)}${'questions'.padStart(10)}`);
  for (const way of Object.keys(ways)) process.stdout.write(`${`${way}: recall@5`.padStart(22)}${'MRR'.padStart(8)}`);
  process.stdout.write('\n');
  for (const language of languages) {
    process.stdout.write(`${language.padEnd(10)}${String(results.hybrid[language].length).padStart(10)}`);
    for (const way of Object.keys(ways)) {
      const ranks = results[way][language];
      process.stdout.write(`${recall(ranks).toFixed(3).padStart(22)}${reciprocal(ranks).toFixed(3).padStart(8)}`);
    }
    process.stdout.write('\n');
  }
  for (const [name, measure] of Object.entries({ 'recall@5': recall, MRR: reciprocal })) {
    const [text, vectors, hybrid] = Object.keys(ways).map((way) => measure(results[way].all));
    const isMet = hybrid >= Math.max(text, vectors) - TOLERANCE;
    process.stdout.write(`${name}: hybrid is ${isMet ? 'as good as' : 'WORSE than'} the better of its parts\n`);
    if (!isMet) process.exitCode = 1;
  }
  if (process.argv.includes('--misses'))
    for (const { passages } of set)
      for (const { id, questions } of passages)
        for (const question of questions) {
          const hits = await search.search(scope, [question], { signal, k: 1, kReranker: 1 });
          if (hits[0]?.metadata.id !== id) process.stdout.write(`${id}: ${question} -> ${hits[0]?.metadata.id}\n`);
        }
} finally {
  await application.close();
}
