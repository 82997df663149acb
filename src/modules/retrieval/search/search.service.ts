import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { cosine } from '../embedding/vectors';
import { EmbeddingService, type Embedded } from '../embedding/embedding.service';
import type { DocumentScope } from '../index/document-scope';
import type { VectorMatches } from '../index/vectors/vector-store';
import { VectorStoreService } from '../index/vectors/vector-store.service';
import type { ScoredChunk } from './full-text.repository';
import { FullTextService } from './full-text.service';
import { HitsRepository, type Passage } from './hits.repository';
import { diversify, fuse, merge, type Candidate } from './ranking';
import { RerankingService } from './reranking.service';
import { SearchSettings } from './search.settings';

export interface SearchOptions {
  signal: AbortSignal;
  principal?: Principal;
  /** Hits; 0 or undefined: as configured, as for the others. */
  k?: number;
  /** Hits of a hybrid search after reranking. */
  kReranker?: number;
  /** Lowest score. */
  threshold?: number;
  /** False: never hybrid. Hybrid only when it is enabled. */
  hybrid?: boolean;
  /** Weight of full text in a hybrid search, from 0 to 1. */
  bm25Weight?: number;
  /** Also by file name, title, headings, source and snippet. */
  isEnriched?: boolean;
  /** Milliseconds for the vectors of the queries; after that full text alone is searched. */
  embeddingTimeout?: number;
  mmr?: boolean;
}

/** A passage with its score: in [0, 1], unless a reranking server gives others. Higher is better. */
export interface Hit extends Passage {
  score: number;
}

/** Options with what is configured in place of what was left out. */
interface Plan {
  k: number;
  kReranker: number;
  threshold: number;
  isHybrid: boolean;
  weight: number;
  isEnriched: boolean;
  isDiverse: boolean;
  /** Candidates of each way to search. */
  depth: number;
}

/** What was found for the queries; an absent way was not searched. */
interface Found {
  fullText: ScoredChunk[][] | null;
  embedded: Embedded | null;
  vectors: VectorMatches | null;
}

const MAX_HITS = 500;
/** Ways of searching are fused better when each gives more than is asked for. */
const DEPTH_FACTOR = 4;
const MAX_EXTRA = 200;
const MIN_DEPTH = 30;
/** 8-bit numbers misplace neighbours by little. */
const SPARE = 32;

/** Finds passages within a scope. */
@Injectable()
export class SearchService {
  private readonly logger = new Logger(SearchService.name);

  constructor(
    private readonly settings: SearchSettings,
    private readonly embedding: EmbeddingService,
    private readonly fullText: FullTextService,
    private readonly vectors: VectorStoreService,
    private readonly hits: HitsRepository,
    private readonly reranking: RerankingService,
  ) {}

  /**
   * The best passages for any of the queries, best first, each text once. The scope is authorised by its maker. Without an
   * embedding engine, or while it fails, and for passages without a vector, full text decides. The number of statements
   * does not depend on queries or scope.
   */
  async search(scope: DocumentScope, queries: readonly string[], options: SearchOptions): Promise<Hit[]> {
    const asked = queries.filter((query) => query.trim() !== '');
    if (asked.length === 0) return [];
    const plan = this.plan(options);
    const found = await this.find(scope, asked, plan, options);
    const ids = new Set([...idsOf(found.fullText), ...idsOf(found.vectors?.matches ?? null)]);
    if (ids.size === 0) return [];
    const passages = await this.hits.find(scope, [...ids], found.embedded?.space.id ?? null);
    const lists = await Promise.all(
      asked.map((query, index) => this.rank({ query, index, found, plan, passages, options })),
    );
    return this.select(merge(lists.flat()), plan).map(({ passage, score }) => ({ ...passage, score }));
  }

  private plan(options: SearchOptions): Plan {
    const { settings } = this;
    const k = Math.min(options.k || settings.top_k, MAX_HITS);
    const isHybrid = settings.enable_hybrid_search && options.hybrid !== false;
    return {
      k,
      kReranker: options.kReranker || settings.top_k_reranker,
      threshold: options.threshold || (isHybrid || settings.is_threshold_for_all ? settings.relevance_threshold : 0),
      isHybrid,
      weight: clamp(options.bm25Weight || settings.hybrid_bm25_weight),
      isEnriched: options.isEnriched ?? settings.enable_hybrid_search_enriched_texts,
      isDiverse: options.mmr ?? settings.enable_mmr,
      depth: Math.max(Math.min(k * DEPTH_FACTOR, k + MAX_EXTRA), MIN_DEPTH),
    };
  }

  private async find(
    scope: DocumentScope,
    queries: readonly string[],
    { isHybrid, weight, isEnriched, depth }: Plan,
    options: SearchOptions,
  ): Promise<Found> {
    const embedded = isHybrid && weight >= 1 ? null : await this.embed(queries, options);
    const vectors = embedded && (await this.vectors.search(scope, embedded.space, embedded.vectors, depth + SPARE));
    const isTextNeeded = !vectors?.isComplete || (isHybrid && weight > 0);
    const fullText = isTextNeeded ? await this.fullText.search(scope, queries, { limit: depth, isEnriched }) : null;
    return { fullText, embedded, vectors };
  }

  private async embed(queries: readonly string[], options: SearchOptions): Promise<Embedded | null> {
    if (this.embedding.space() === null) return null;
    const { signal, embeddingTimeout: timeout } = options;
    const limited = timeout === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
    try {
      return await this.embedding.embedIn(queries, 'query', { ...options, signal: limited });
    } catch (error) {
      signal.throwIfAborted();
      this.logger.warn({ err: error }, 'The query could not be embedded; full text alone is searched');
      return null;
    }
  }

  /** The candidates for one query, best first. */
  private async rank(search: QuerySearch): Promise<Candidate[]> {
    const { query, index, found, plan, passages, options } = search;
    const texts = found.fullText?.[index] ?? [];
    const matches = (found.vectors?.matches[index] ?? []).slice(0, plan.depth);
    const textScores = new Map(texts.map(({ chunkId, score, fullScore }) => [chunkId, clamp(score / fullScore)]));
    const vector = found.embedded?.vectors[index];
    const fused = fuse([
      { ids: texts.map(({ chunkId }) => chunkId), weight: found.vectors ? plan.weight : 1 },
      { ids: matches.map(({ chunkId }) => chunkId), weight: 1 - plan.weight },
    ]);
    const candidates = [...fused.keys()].flatMap((id) => {
      const stored = passages.get(id);
      if (!stored) return [];
      const score = scoreOf(
        plan,
        textScores.get(id),
        vector && stored.vector ? cosine(vector, stored.vector) : undefined,
      );
      return [{ ...stored, score }];
    });
    return this.rerank(query, merge(candidates), plan, options);
  }

  /** As `candidates` when hybrid search has no reranking server, or that fails. */
  private async rerank(
    query: string,
    candidates: Candidate[],
    plan: Plan,
    options: SearchOptions,
  ): Promise<Candidate[]> {
    if (!plan.isHybrid || !this.reranking.isEnabled || candidates.length === 0) return candidates;
    const judged = candidates.slice(0, plan.depth);
    try {
      const texts = judged.map(({ passage }) => passage.text);
      const scores = await this.reranking.score(query, texts, options);
      return judged.map((candidate, index) => ({ ...candidate, score: scores[index] ?? 0 }));
    } catch (error) {
      options.signal.throwIfAborted();
      this.logger.warn({ err: error }, 'Passages could not be reranked');
      return candidates;
    }
  }

  private select(candidates: Candidate[], { k, kReranker, threshold, isHybrid, isDiverse }: Plan): Candidate[] {
    const relevant = threshold === 0 ? candidates : candidates.filter(({ score }) => score >= threshold);
    const count = isHybrid ? Math.min(k, kReranker) : k;
    return isDiverse ? diversify(relevant, count, this.settings.mmr_lambda) : relevant.slice(0, count);
  }
}

/** One query of a search. */
interface QuerySearch {
  query: string;
  index: number;
  found: Found;
  plan: Plan;
  passages: Awaited<ReturnType<HitsRepository['find']>>;
  options: SearchOptions;
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share));

const idsOf = (lists: readonly (readonly { chunkId: string }[])[] | null): string[] =>
  (lists ?? []).flat().map(({ chunkId }) => chunkId);

/** Raw vector searches rate a cosine of -1 as 0. A passage without a vector has the score of its words. */
function scoreOf({ isHybrid, weight }: Plan, text: number | undefined, similarity: number | undefined): number {
  if (similarity === undefined) return text ?? 0;
  if (!isHybrid) return (1 + similarity) / 2;
  return weight * (text ?? 0) + (1 - weight) * Math.max(0, similarity);
}
