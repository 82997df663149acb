import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { WorkerPool } from '../../../platform/workers/worker-pool';
import { WorkersService } from '../../../platform/workers/workers.service';
import { compare, type Comparison } from './comparison';
import type { LeaderboardEntryResponse, LeaderboardQuery, LeaderboardResponse } from './leaderboard.dto';
import { LeaderboardRepository } from './leaderboard.repository';
import type { LeaderboardInput, ModelRank } from './leaderboard.worker';

/** The newest ratings that count. */
const MAX_RATINGS = 50_000;
const BOUNDS = { models: 300, comparisons: 100_000 };
const WORKER_LIMITS = { size: 1, milliseconds: 60_000, megabytes: 320 };

/** Ranks models by the ratings of their replies, in a worker process. */
@Injectable()
export class LeaderboardService {
  private readonly pool: WorkerPool<LeaderboardInput, ModelRank[]>;

  constructor(
    private readonly ratings: LeaderboardRepository,
    workers: WorkersService,
  ) {
    this.pool = workers.open(join(__dirname, 'leaderboard.worker'), WORKER_LIMITS);
  }

  async get({ tag }: LeaderboardQuery, signal: AbortSignal): Promise<LeaderboardResponse> {
    const [topics, replies] = await Promise.all([
      this.ratings.findTopics(),
      this.ratings.findRatedReplies(tag || undefined, MAX_RATINGS + 1),
    ]);
    const { modelIds, comparisons, isTruncated } = compare(replies.slice(0, MAX_RATINGS), BOUNDS);
    return {
      models: comparisons.length === 0 ? [] : await this.rank(modelIds, comparisons, signal),
      comparisons: comparisons.length,
      is_truncated: isTruncated || replies.length > MAX_RATINGS,
      topics,
    };
  }

  private async rank(
    modelIds: readonly string[],
    comparisons: Comparison[],
    signal: AbortSignal,
  ): Promise<LeaderboardEntryResponse[]> {
    const ranks = await this.pool.call({ models: modelIds.length, comparisons }, { signal });
    const entries = modelIds.map((model_id, index) => ({ model_id, ...(ranks[index] as ModelRank) }));
    return entries.sort((a, b) => b.elo.rating - a.elo.rating || (a.model_id < b.model_id ? -1 : 1));
  }
}
