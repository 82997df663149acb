import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../../common/auth/principal';
import { BadRequestError, RouteNotFoundError } from '../../../../common/errors/app-error';
import { errorDetail } from '../../../../common/errors/details';
import type { JsonObject } from '../../../../common/util/json';
import { Env } from '../../../../platform/env/env';
import { EmbeddingService } from '../../embedding/embedding.service';
import { ModelServerError } from '../../embedding/embedding.errors';
import { EmbeddingSettings } from '../../embedding/embedding.settings';
import { DocumentIndexService } from '../../index/document-index.service';
import type { DocumentScope } from '../../index/document-scope';
import { CollectionsService } from '../../ingest/collections.service';
import { SearchService, type Hit, type SearchOptions } from '../../search/search.service';
import { metadataValue } from './python-text';
import type {
  EmbeddedTextResponse,
  QueryCollectionRequest,
  QueryCollectionResponse,
  QueryDocRequest,
  QueryDocResponse,
} from './query.dto';

/** More passages are of no use to a model, and of much to those who would copy a collection. */
const MAX_PASSAGES = 1000;

/** Searches the collections that a principal may read. */
@Injectable()
export class QueryService {
  constructor(
    private readonly collections: CollectionsService,
    private readonly index: DocumentIndexService,
    private readonly search: SearchService,
    private readonly embedding: EmbeddingService,
    private readonly settings: EmbeddingSettings,
    private readonly env: Env,
  ) {}

  /** Null for a collection that is missing or not accessible to the principal. */
  async queryDoc(
    principal: Principal,
    request: QueryDocRequest,
    signal: AbortSignal,
  ): Promise<QueryDocResponse | null> {
    const scope = await this.collections.scopeOf(principal, [request.collection_name], 'read');
    if (!(await this.index.exists(scope))) return null;
    const hits = await this.find(principal, scope, request, signal);
    return { ids: [hits.map(({ chunkId }) => chunkId)], ...this.toResponse(hits) };
  }

  async queryCollections(
    principal: Principal,
    request: QueryCollectionRequest,
    signal: AbortSignal,
  ): Promise<QueryCollectionResponse> {
    const scope = await this.collections.scopeOf(principal, request.collection_names, 'read');
    return this.toResponse(await this.find(principal, scope, request, signal));
  }

  /** @throws RouteNotFoundError outside of development */
  async embed(text: string, signal: AbortSignal): Promise<EmbeddedTextResponse> {
    if (!this.env.isDevelopment) throw new RouteNotFoundError();
    const [vector = new Float32Array()] = await this.embedding.embed([text], 'query', { signal });
    return { result: [...vector] };
  }

  private async find(
    principal: Principal,
    scope: DocumentScope,
    request: QueryDocRequest | QueryCollectionRequest,
    signal: AbortSignal,
  ): Promise<Hit[]> {
    try {
      return await this.search.search(scope, [request.query], { ...optionsOf(request), principal, signal });
    } catch (error) {
      if (error instanceof ModelServerError) throw new BadRequestError(errorDetail(error.message));
      throw error;
    }
  }

  private toResponse(hits: readonly Hit[]): QueryCollectionResponse {
    const { embedding_engine: engine, embedding_model: model } = this.settings;
    const embedding = this.embedding.space() === null ? {} : { embedding_config: { engine, model } };
    return {
      distances: [hits.map(({ score }) => score)],
      documents: [hits.map(({ text }) => text)],
      metadatas: [hits.map(({ metadata }) => clientMetadata({ ...metadata, ...embedding }))],
    };
  }
}

const clientMetadata = (metadata: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, metadataValue(value)]));

function optionsOf(request: QueryDocRequest | QueryCollectionRequest): Omit<SearchOptions, 'signal'> {
  const { k, k_reranker, r, hybrid, hybrid_bm25_weight: weight, enable_enriched_texts: isEnriched } = request;
  return {
    k: countOf(k),
    kReranker: countOf(k_reranker),
    ...(r ? { threshold: r } : {}),
    ...(weight ? { bm25Weight: weight } : {}),
    ...(typeof hybrid === 'boolean' ? { hybrid } : {}),
    ...(typeof isEnriched === 'boolean' ? { isEnriched } : {}),
  };
}

/** Zero for the configured number. */
const countOf = (value: number | null | undefined): number => Math.min(MAX_PASSAGES, Math.max(0, value ?? 0));
