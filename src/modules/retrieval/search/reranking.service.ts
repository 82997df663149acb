import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { isJsonObject } from '../../../common/util/json';
import { ModelServerError } from '../embedding/embedding.errors';
import { ModelServerService } from '../embedding/model-server.service';
import { SearchSettings } from './search.settings';

/** Milliseconds that a search waits. */
const TIMEOUT = 20_000;

/** Scores passages by a server that reads them together with the query. */
@Injectable()
export class RerankingService {
  constructor(
    private readonly settings: SearchSettings,
    private readonly servers: ModelServerService,
  ) {}

  get isEnabled(): boolean {
    return this.settings.reranking_engine === 'external' && this.settings.external_reranker_url !== '';
  }

  /** One score per text, as the server gives them; 0 for texts that it leaves out. @throws ModelServerError */
  async score(
    query: string,
    texts: readonly string[],
    { signal, principal }: { signal: AbortSignal; principal?: Principal | undefined },
  ): Promise<number[]> {
    const { reranking_model: model, external_reranker_url: url, external_reranker_api_key: key } = this.settings;
    const response = await this.servers.post({
      url,
      headers: key === '' ? {} : { authorization: `Bearer ${key}` },
      body: { model, query, documents: texts, top_n: texts.length },
      ...{ signal, retries: 1, timeout: TIMEOUT },
      ...(principal && { principal }),
    });
    return readScores(response, texts.length);
  }
}

function readScores(response: unknown, count: number): number[] {
  const results = isJsonObject(response) ? response.results : undefined;
  if (!Array.isArray(results)) throw new ModelServerError('The reranking server sent no results.');
  const scores = new Array<number>(count).fill(0);
  for (const result of results as unknown[]) {
    const { index, relevance_score: score } = isJsonObject(result) ? result : {};
    const isValid = Number.isInteger(index) && Number(index) >= 0 && Number(index) < count;
    if (!isValid || typeof score !== 'number' || !Number.isFinite(score))
      throw new ModelServerError('The reranking server sent an invalid result.');
    scores[Number(index)] = score;
  }
  return scores;
}
