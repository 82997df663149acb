import { IsBoolean, IsInt, IsNumber, IsString, Max, Min } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../../platform/settings/decorators';
import { httpUrl } from '../../../platform/settings/env-parsers';
import { DEFAULT_RAG_TEMPLATE } from './rag-template';

/** How passages are found, ranked and put before a model. */
@SettingsSection('search')
export class SearchSettings {
  /** Instruction with `{{CONTEXT}}` and `{{QUERY}}`; blank: the built-in one. */
  @StoredAt('rag.template')
  @Env('RAG_TEMPLATE')
  @IsString()
  rag_template = DEFAULT_RAG_TEMPLATE;

  /** Passages of a search. */
  @StoredAt('rag.top_k')
  @Env('RAG_TOP_K')
  @IsInt()
  @Min(0)
  top_k = 3;

  /** Files are read in full, and nothing is indexed. */
  @StoredAt('rag.bypass_embedding_and_retrieval')
  @Env('BYPASS_EMBEDDING_AND_RETRIEVAL')
  @IsBoolean()
  bypass_embedding_and_retrieval = false;

  /** Models get all passages of their sources instead of the best ones. */
  @StoredAt('rag.full_context')
  @Env('RAG_FULL_CONTEXT')
  @IsBoolean()
  full_context = false;

  /** Full text and vectors together. */
  @StoredAt('rag.enable_hybrid_search')
  @Env('ENABLE_RAG_HYBRID_SEARCH')
  @IsBoolean()
  enable_hybrid_search = false;

  /** Full text also finds passages by file name, title, headings, source and snippet. */
  @StoredAt('rag.enable_hybrid_search_enriched_texts')
  @Env('ENABLE_RAG_HYBRID_SEARCH_ENRICHED_TEXTS')
  @IsBoolean()
  enable_hybrid_search_enriched_texts = false;

  /** Passages of a hybrid search after reranking. */
  @StoredAt('rag.top_k_reranker')
  @Env('RAG_TOP_K_RERANKER')
  @IsInt()
  @Min(0)
  top_k_reranker = 3;

  /** Hybrid searches leave out passages with a lower score; 0: none. */
  @StoredAt('rag.relevance_threshold')
  @Env('RAG_RELEVANCE_THRESHOLD')
  @IsNumber()
  relevance_threshold = 0;

  /** The relevance threshold applies to searches that are not hybrid, too. */
  @Env('RAG_RELEVANCE_THRESHOLD_FOR_ALL') @IsBoolean() is_threshold_for_all = false;

  /** Weight of full text in hybrid searches, from 0 (vectors alone) to 1 (full text alone). */
  @StoredAt('rag.hybrid_bm25_weight')
  @Env('RAG_HYBRID_BM25_WEIGHT')
  @IsNumber()
  hybrid_bm25_weight = 0.5;

  /** Passages that resemble better ones are passed over (maximal marginal relevance). */
  @Env('ENABLE_RAG_MMR') @IsBoolean() enable_mmr = false;

  /** Share of relevance, as opposed to variety, with `ENABLE_RAG_MMR`. */
  @Env('RAG_MMR_LAMBDA') @IsNumber() @Min(0) @Max(1) mmr_lambda = 0.5;

  /** `external`, or `""` for the similarity of the vectors. */
  @StoredAt('rag.reranking_engine')
  @Env('RAG_RERANKING_ENGINE')
  @IsString()
  reranking_engine = '';

  /** As the reranking server calls it. */
  @StoredAt('rag.reranking_model')
  @Env('RAG_RERANKING_MODEL')
  @IsString()
  reranking_model = '';

  /** Full URL of the reranking server. */
  @StoredAt('rag.external_reranker_url')
  @EnvAs(httpUrl, 'RAG_EXTERNAL_RERANKER_URL')
  @IsString()
  external_reranker_url = '';

  /** Bearer token of the reranking server; empty for none. */
  @Secret({ sentTo: ({ external_reranker_url }: { external_reranker_url: string }) => external_reranker_url })
  @StoredAt('rag.external_reranker_api_key')
  @Env('RAG_EXTERNAL_RERANKER_API_KEY')
  @IsString()
  external_reranker_api_key = '';
}
