import { setImmediate } from 'node:timers/promises';
import { asString, type JsonObject } from '../../../../common/util/json';
import type { Grounding } from '../../../providers/chat-provider';
import { numberPassages, type CitedPassage } from '../citations';
import { excerptOf, type Excerpt } from './excerpt';
import { scoreOf, termsOf, type Term } from './question-terms';

const MAX_PASSAGES = 5;
/** Characters of all passages together that are compared with the question. */
const MAX_COMPARED = 1_000_000;

const HOW_TO =
  'This model answers with passages from documents: attach a file, a web page or a knowledge base, then ask about it.';
const NOTHING =
  'The attached documents have no passage that fits this question. Try words that the documents use, or attach others.';

interface Candidate extends Excerpt {
  passage: CitedPassage;
}

/** The reply in paragraphs of Markdown: the sentence that fits best, then the passages, each with its citation. */
export async function composeReply(grounding: Grounding | undefined): Promise<string[]> {
  if (!grounding?.hasAttachments) return [HOW_TO];
  const terms = termsOf(grounding.question);
  const chosen: Candidate[] = [];
  for (const passage of bestOf(numberPassages(grounding.sources), terms)) {
    chosen.push({ ...excerptOf(passage.text, terms), passage });
    // Splitting a text into sentences takes a few milliseconds.
    await setImmediate();
  }
  if (chosen.length === 0) return [NOTHING];
  const best = chosen.reduce((top, next) => (next.score > top.score ? next : top));
  const lead = best.sentence === undefined ? [] : [`${plain(best.sentence)} [${best.passage.number}]`];
  return [...lead, ...chosen.map(paragraphOf)];
}

/** By what the search said of them and by the words that they share with the question. */
function bestOf(passages: readonly CitedPassage[], terms: readonly Term[]): CitedPassage[] {
  const length = Math.ceil(MAX_COMPARED / Math.max(1, passages.length));
  const total = terms.reduce((sum, { weight }) => sum + weight, 0) || 1;
  return passages
    .filter(({ text }) => text.trim() !== '')
    .map((passage) => ({ passage, fit: (passage.score ?? 0) + scoreOf(passage.text.slice(0, length), terms) / total }))
    .sort((a, b) => b.fit - a.fit)
    .slice(0, MAX_PASSAGES)
    .map(({ passage }) => passage);
}

function paragraphOf({ passage: { number, metadata, source }, text }: Candidate): string {
  const quoted = plain(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => `> ${line}`);
  return [`**${plain(labelOf(metadata, source))}** [${number}]`, '', ...quoted].join('\n');
}

/** The document and the place in it. */
function labelOf(metadata: JsonObject, source: JsonObject): string {
  const names = [metadata.name, metadata.title, source.name, metadata.source, source.id];
  const name = names.map(asString).find((text) => text !== undefined && text !== '') ?? 'Document';
  const { source: origin } = metadata;
  const url = typeof origin === 'string' && origin !== name && /^https?:/i.test(origin) ? [origin] : [];
  return [name, ...url, ...placesIn(metadata)].join(', ').replace(/\s+/g, ' ').slice(0, 300);
}

function placesIn({ page, page_label: label, sheet, headings, row }: JsonObject): string[] {
  const places: string[] = [];
  if (typeof label === 'string' && label !== '') places.push(`page ${label}`);
  else if (typeof page === 'number') places.push(`page ${page + 1}`);
  if (typeof sheet === 'string') places.push(`sheet ${sheet}`);
  if (typeof row === 'number') places.push(`row ${row}`);
  if (Array.isArray(headings) && headings.length > 0) places.push(headings.map(String).join(' › '));
  return places;
}

/** Text of a document that no client takes for its own markup: no tags, no pictures, no links, no quotation. */
const plain = (text: string): string =>
  text
    .replace(/<(?=[a-z/!?|])/gi, '&lt;')
    .replaceAll('![', '!\\[')
    .replace(/^[>#]/gm, '\\$&')
    .replaceAll('◁', '‹');
