import { Injectable } from '@nestjs/common';
import type { DocumentScope } from '../index/document-scope';
import { LanguageService } from '../index/text/language.service';
import { searchableQuery } from '../index/text/searchable-text';
import { isCompounding } from '../index/text/languages';
import { compoundTerms } from './compounds';
import { formOf, FullTextRepository, type QueryTerm, type ScoredChunk, type StemmedWord } from './full-text.repository';

/** Characters of a query that are searched for, and terms of all queries of a search together. */
const MAX_LENGTH = 8000;
const MAX_TERMS = 256;
/** Chunks of a scope up to which every chunk with any term is scored. */
const MAX_EXACT = 10_000;
/** Chunks of a larger scope that are scored, unless each term alone is in more. */
const MAX_REQUIRED = 8000;
const MIN_REQUIRED = 1000;

/** Finds chunks by their words. */
@Injectable()
export class FullTextService {
  constructor(
    private readonly repository: FullTextRepository,
    private readonly languages: LanguageService,
  ) {}

  /** The best chunks for each query, best first, by BM25. Two or three statements, whatever the queries. */
  async search(
    scope: DocumentScope,
    queries: readonly string[],
    options: { limit: number; isEnriched: boolean },
  ): Promise<ScoredChunk[][]> {
    const texts = queries.map((query) => searchableQuery(query.slice(0, MAX_LENGTH)));
    const words = texts.flatMap(({ words: text }, query) =>
      [...new Set(text.split(' '))].filter((word) => word !== '').map((word) => ({ query, text: word })),
    );
    const { words: stemmed, size } = await this.repository.stem(
      scope,
      words.slice(0, MAX_TERMS).map(({ query, text }, word) => ({ query, word, text })),
    );
    const spoken = await Promise.all(queries.map((query) => this.languages.configurationOf(query)));
    const grams = texts.flatMap((text, query) =>
      text.grams.map((lexeme, index) => ({ query, word: -1 - index, lexeme, share: 1 })),
    );
    const terms = distinct([...withoutStopWords(stemmed, spoken), ...grams]).slice(0, MAX_TERMS);
    const scored = terms.length === 0 ? [] : await this.score(scope, terms, size, options);
    return queries.map((_, query) => scored.filter((chunk) => chunk.query === query));
  }

  private async score(
    scope: DocumentScope,
    terms: readonly QueryTerm[],
    size: number,
    options: { limit: number; isEnriched: boolean },
  ): Promise<ScoredChunk[]> {
    const forms = [...new Set(terms.map(formOf))];
    if (size <= MAX_EXACT) {
      const counts = forms.map(() => 0);
      return this.repository.score(scope, terms, { ...options, forms, required: forms, fillers: [], counts });
    }
    const counts = await this.repository.estimate(scope, forms);
    const whole = new Set(terms.filter(({ share }) => share === 1).map(formOf));
    return this.repository.score(scope, terms, { ...options, forms, ...selective(forms, counts, whole), counts });
  }
}

/**
 * The rarest forms, as long as few chunks have one of them: what has only common words is no good match anyway. When there
 * are hardly any such chunks, the rarest common word fills up.
 */
function selective(forms: readonly string[], counts: readonly number[], whole: ReadonlySet<string>) {
  const byCount = forms.map((form, index) => ({ form, count: counts[index] ?? 0 })).sort((a, b) => a.count - b.count);
  let total = 0;
  const required = byCount.filter(({ count }) => (total += count) <= MAX_REQUIRED);
  const found = required.reduce((sum, { count }) => sum + count, 0);
  const filler = byCount.slice(required.length).find(({ form }) => whole.has(form));
  return {
    required: required.map(({ form }) => form),
    fillers: found < MIN_REQUIRED && filler ? [filler.form] : [],
  };
}

/**
 * The lexemes of all languages. What is a stop word in the language of the query is left out, though it may be a rare word
 * of another language; unless nothing else is left. Parts of compounds only for queries that may be in such a language.
 */
function withoutStopWords(stemmed: readonly StemmedWord[], spoken: readonly string[]): QueryTerm[] {
  const languages = new Set(stemmed.map(({ language }) => language));
  const hasCompounds = (language: string, query: number) => {
    const spokenLanguage = spoken[query] ?? '';
    return isCompounding(language) && (language === spokenLanguage || !languages.has(spokenLanguage));
  };
  const toTerms = (words: readonly StemmedWord[]) =>
    words.flatMap(({ query, word, language, lexemes }) =>
      lexemes.flatMap((lexeme) => {
        const parts = hasCompounds(language, query)
          ? compoundTerms(lexeme).map((term) => ({ ...term, query, word }))
          : [];
        return [{ query, word, lexeme, share: 1 }, ...parts];
      }),
    );
  const stopWords = new Set(
    stemmed
      .filter(({ query, language, lexemes }) => language === spoken[query] && lexemes.length === 0)
      .map(({ word }) => word),
  );
  const kept = toTerms(stemmed.filter(({ word }) => !stopWords.has(word)));
  return kept.length > 0 ? kept : toTerms(stemmed);
}

function distinct(terms: readonly QueryTerm[]): QueryTerm[] {
  const keyOf = ({ query, lexeme, isPrefix = false }: QueryTerm) => `${query} ${isPrefix} ${lexeme}`;
  // Whole words come first, and win.
  const sorted = [...terms].sort((a, b) => b.share - a.share);
  return [...new Map(sorted.reverse().map((term) => [keyOf(term), term])).values()].reverse();
}
